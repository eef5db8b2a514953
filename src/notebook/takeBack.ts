import type { ISharedCell, ISharedText } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';

import type { CellOperation } from './operations';
import { cellOf } from './operations';
import { METADATA_KEY } from './snapshot';

type SharedNotebook = INotebookModel['sharedModel'];

/** The keys of a notebook's metadata that operations change; no undo stack of JupyterLab has them. */
const NOTEBOOK_KEYS = [METADATA_KEY, 'kernelspec'] as const;

/** What of a cell an operation may change and a person may have changed since. */
interface ICellState {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly ours: PartialJSONValue | null;
}

/** What of a notebook an operation may change. */
export interface INotebookState {
  readonly cells: readonly ICellState[];
  readonly metadata: readonly (PartialJSONValue | null)[];
}

/** The state of a notebook, for `takeBack`. */
export function stateOf(notebook: SharedNotebook): INotebookState {
  return {
    cells: notebook.cells.map(cell => ({
      id: cell.id,
      type: cell.cell_type,
      source: cell.source,
      ours: cell.getMetadata(METADATA_KEY) ?? null
    })),
    metadata: NOTEBOOK_KEYS.map(key => notebook.getMetadata(key) ?? null)
  };
}

/**
 * Takes operations back where nothing they touched changed since.
 *
 * @returns Whether they were taken back; otherwise nothing was changed.
 */
export function takeBack(
  notebook: SharedNotebook,
  before: INotebookState,
  after: INotebookState,
  operations: readonly CellOperation[]
): boolean {
  return operations.every(
    ({ kind }) =>
      kind === 'change-cell' ||
      kind === 'change-metadata' ||
      kind === 'ignore-rule' ||
      kind === 'set-kernelspec'
  )
    ? putBack(notebook, before, after, new Set(operations.map(cellOf)))
    : undo(notebook, before, after);
}

/** Puts back what was in the touched cells (null: in the notebook's metadata), whatever happened to the others. */
function putBack(
  notebook: SharedNotebook,
  before: INotebookState,
  after: INotebookState,
  touched: ReadonlySet<string | null>
): boolean {
  const of = ({ cells, metadata }: INotebookState): unknown => [
    cells
      .filter(({ id }) => touched.has(id))
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    touched.has(null) ? metadata : []
  ];
  if (!isSame(of(stateOf(notebook)), of(after))) {
    return false;
  }
  const old = new Map(before.cells.map(cell => [cell.id, cell]));
  notebook.transact(() => {
    for (const cell of notebook.cells) {
      const state = touched.has(cell.id) ? old.get(cell.id) : undefined;
      if (state) {
        setSource(cell, state.source);
        setMetadata(cell, METADATA_KEY, state.ours);
      }
    }
    if (touched.has(null)) {
      NOTEBOOK_KEYS.forEach((key, index) => {
        setMetadata(notebook, key, before.metadata[index]);
      });
    }
  });
  return true;
}

/** Undoes the last step of the notebook, which is ours as long as the notebook is as we left it. */
function undo(
  notebook: SharedNotebook,
  before: INotebookState,
  after: INotebookState
): boolean {
  if (!isSame(stateOf(notebook), after) || !notebook.canUndo()) {
    return false;
  }
  notebook.undo();
  notebook.transact(() => {
    NOTEBOOK_KEYS.forEach((key, index) => {
      setMetadata(notebook, key, before.metadata[index]);
    });
  });
  return isSame(stateOf(notebook), before);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function setMetadata(
  target: Pick<ISharedCell, 'getMetadata' | 'setMetadata' | 'deleteMetadata'>,
  key: string,
  value: PartialJSONValue | null
): void {
  if (isSame(target.getMetadata(key) ?? null, value)) {
    return;
  }
  if (value === null) {
    target.deleteMetadata(key);
  } else {
    target.setMetadata(key, value);
  }
}

/** Gives a cell or a file another text, changing only what differs so that the cursor stays. */
export function setSource(
  shared: Pick<ISharedText, 'source' | 'updateSource'>,
  text: string
): void {
  const source = shared.source;
  let start = 0;
  while (start < source.length && source[start] === text[start]) {
    start++;
  }
  let end = 0;
  const most = Math.min(source.length, text.length) - start;
  while (
    end < most &&
    source[source.length - 1 - end] === text[text.length - 1 - end]
  ) {
    end++;
  }
  shared.updateSource(
    start,
    source.length - end,
    text.slice(start, text.length - end)
  );
}
