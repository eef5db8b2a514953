import type { INotebookModel } from '@jupyterlab/notebook';

import { makeContext } from '../testing-support/notebooks';
import type { IQualityModel } from '../tokens';
import { testsOf } from './items';
import { TestKeeper } from './keeper';
import { TestResults } from './results';
import { resultOf, stampOf, standingOf } from './verdicts';

const A = { name: 'a', title: 'a', source: ['assert alpha == 1'] };
const B = { name: 'b', title: 'b', source: ['assert beta == 2'] };

interface ICell {
  id: string;
  source: string;
  tests?: object[];
}

type Shared = INotebookModel['sharedModel'];

/** A notebook whose tests are kept; the cells as JupyterLab has them, and the tests of each. */
async function kept(cells: readonly ICell[]): Promise<Shared> {
  return (await keptWithResults(cells)).notebook;
}

/** Such a notebook, all of which ran, and what came of its tests: they passed. */
async function keptWithResults(
  cells: readonly ICell[]
): Promise<{ notebook: Shared; stands: () => Record<string, string> }> {
  const context = makeContext(cells);
  const notebook = context.model.sharedModel;
  cells.forEach(({ tests }, index) => {
    if (tests) {
      notebook.cells[index].setMetadata('nbquality', { tests } as never);
    }
  });
  const sources = new Map(cells.map(({ id, source }) => [id, source]));
  const model = {
    context,
    snapshot: null,
    inspection: null,
    isDisposed: false,
    currentSource: (id: string) =>
      notebook.cells.find(cell => cell.id === id)?.source ?? null,
    runs: {
      records: [],
      lastRun: (id: string) =>
        sources.has(id) ? { count: 1, source: sources.get(id) } : null
    }
  } as unknown as IQualityModel;
  const results = new TestResults();
  new TestKeeper(model, results);
  await context.ready;
  (notebook as unknown as { clearUndoHistory(): void }).clearUndoHistory();
  const all = cells.map(({ id }) => id);
  for (const item of testsOf(context)) {
    const { name } = item.test;
    const result = resultOf({ name, status: 'passed', engine: 'fork' });
    results.add(context, item, result, stampOf(model, item, true, all));
  }
  const stands = (): Record<string, string> =>
    Object.fromEntries(
      testsOf(context).map(item => {
        const verdicts = results.verdicts(context, item);
        const { state, isOutdated } = standingOf(model, item, verdicts);
        return [item.test.name, isOutdated ? 'outdated' : state];
      })
    );
  return { notebook, stands };
}

function tests(notebook: Shared): unknown[] {
  return notebook.cells.map(
    cell => (cell.getMetadata('nbquality') as { tests?: unknown })?.tests
  );
}

/** Splits the first cell as JupyterLab does: what is above the cursor becomes a new cell. */
function split(notebook: Shared, above: string, below: string): void {
  const [whole] = notebook.cells;
  notebook.transact(() => {
    notebook.insertCell(0, {
      cell_type: 'code',
      source: above,
      metadata: whole.toJSON().metadata
    });
    whole.setSource(below);
  });
}

/** Merges the first two cells as JupyterLab does: with the metadata of the active cell alone. */
function merge(notebook: Shared, source: string): void {
  const { cell_type, metadata } = notebook.cells[0].toJSON();
  notebook.transact(() => {
    notebook.deleteCell(0);
    notebook.insertCell(0, { cell_type, metadata, source });
    notebook.deleteCell(1);
  });
}

describe('what came of tests', () => {
  it('goes with them into halves of a cell, until one is changed', async () => {
    const { notebook, stands } = await keptWithResults([
      { id: 'whole', source: 'alpha = 1\nbeta = 2', tests: [A, B] }
    ]);
    split(notebook, 'alpha = 1', 'beta = 2');
    expect(tests(notebook)).toEqual([[A], [B]]);
    expect(stands()).toEqual({ a: 'passed', b: 'passed' });
    notebook.cells[1].setSource('beta = 3');
    expect(stands()).toEqual({ a: 'outdated', b: 'outdated' });
  });

  it('goes with them into a merged cell, also under another name', async () => {
    const { notebook, stands } = await keptWithResults([
      { id: 'one', source: 'alpha = 1', tests: [A] },
      { id: 'other', source: 'beta = 2', tests: [{ ...B, name: 'a' }] },
      { id: 'third', source: 'print(beta)', tests: [B] }
    ]);
    merge(notebook, 'alpha = 1\n\nbeta = 2');
    expect(Object.values(stands())).toEqual(['passed', 'passed', 'passed']);
    notebook.cells[0].setSource('alpha = 1\n\nbeta = 3');
    expect(Object.values(stands())).toEqual([
      'outdated',
      'outdated',
      'outdated'
    ]);
  });

  it('stays outdated where it was', async () => {
    const { notebook, stands } = await keptWithResults([
      { id: 'one', source: 'alpha = 1', tests: [A] },
      { id: 'other', source: 'beta = 2' }
    ]);
    notebook.cells[0].setSource('alpha = 4');
    merge(notebook, 'alpha = 4\nbeta = 2');
    expect(stands()).toEqual({ a: 'outdated' });
  });
});

describe('the tests of a notebook', () => {
  it('go with the halves of a cell, and come back with the whole', async () => {
    const notebook = await kept([
      { id: 'whole', source: 'alpha = 1\nbeta = 2', tests: [A, B] }
    ]);
    split(notebook, 'alpha = 1', 'beta = 2');
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
    merge(notebook, 'alpha = 1\n\nbeta = 2');
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
