import type { INotebookModel } from '@jupyterlab/notebook';

import { makeContext } from '../testing-support/notebooks';
import type { IQualityModel } from '../tokens';
import { TestKeeper } from './keeper';

const A = { name: 'a', title: 'a', source: ['assert alpha == 1'] };
const B = { name: 'b', title: 'b', source: ['assert beta == 2'] };

type Shared = INotebookModel['sharedModel'];

/** A notebook whose tests are kept; the cells as JupyterLab has them, and the tests of each. */
async function kept(
  cells: readonly { id: string; source: string; tests?: object[] }[]
): Promise<Shared> {
  const context = makeContext(cells);
  const notebook = context.model.sharedModel;
  cells.forEach(({ tests }, index) => {
    if (tests) {
      notebook.cells[index].setMetadata('nbquality', { tests } as never);
    }
  });
  new TestKeeper({
    context,
    snapshot: null,
    inspection: null,
    isDisposed: false
  } as unknown as IQualityModel);
  await context.ready;
  (notebook as unknown as { clearUndoHistory(): void }).clearUndoHistory();
  return notebook;
}

function tests(notebook: Shared): unknown[] {
  return notebook.cells.map(
    cell => (cell.getMetadata('nbquality') as { tests?: unknown })?.tests
  );
}

describe('the tests of a notebook', () => {
  it('go with the halves of a cell, and come back with the whole', async () => {
    const notebook = await kept([
      { id: 'whole', source: 'alpha = 1\nbeta = 2', tests: [A, B] }
    ]);
    const [whole] = notebook.cells;
    // As JupyterLab splits: what is above the cursor becomes a new cell.
    notebook.transact(() => {
      notebook.insertCell(0, {
        cell_type: 'code',
        source: 'alpha = 1',
        metadata: whole.toJSON().metadata
      });
      whole.setSource('beta = 2');
    });
    expect(tests(notebook)).toEqual([[A], [B]]);
    notebook.undo();
    expect(tests(notebook)).toEqual([[A, B]]);
    notebook.redo();
    expect(tests(notebook)).toEqual([[A], [B]]);
  });

  it('stay together in a cell that was merged', async () => {
    const notebook = await kept([
      { id: 'one', source: 'alpha = 1', tests: [A] },
      { id: 'other', source: 'beta = 2', tests: [B] }
    ]);
    const [one] = notebook.cells;
    // As JupyterLab merges: with the metadata of the active cell alone.
    const { cell_type, metadata } = one.toJSON();
    notebook.transact(() => {
      notebook.deleteCell(0);
      notebook.insertCell(0, {
        cell_type,
        metadata,
        source: 'alpha = 1\n\nbeta = 2'
      });
      notebook.deleteCell(1);
    });
    expect(tests(notebook)).toEqual([[A, B]]);
    notebook.undo();
    expect(tests(notebook)).toEqual([[A], [B]]);
  });

  it('move with their cell, and are copied with it', async () => {
    const notebook = await kept([
      { id: 'one', source: 'alpha = 1', tests: [A] },
      { id: 'other', source: 'beta = 2' }
    ]);
    notebook.moveCell(0, 1);
    expect(tests(notebook)).toEqual([undefined, [A]]);
    notebook.insertCell(2, { ...notebook.cells[1].toJSON(), id: 'copy' });
    expect(tests(notebook)).toEqual([undefined, [A], [A]]);
  });
});
