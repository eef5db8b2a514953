import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISharedCell, ISharedCodeCell, SharedCell } from '@jupyter/ydoc';
import type { JSONObject } from '@lumino/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  ChangeCell,
  EditPlan,
  Notebook as NotebookSnapshot,
  TextEdit
} from '../api/types';
import type { IApplied } from '../tokens';
import { replacements } from './positions';
import { METADATA_KEY } from './snapshot';

type Operation = EditPlan['operations'][number];

/** A change of the cells of a notebook, not of files. */
type CellOperation = Exclude<
  Operation,
  { kind: 'rename-file' } | { kind: 'change-file' }
>;

/** Makes the changes of a plan that are not in the notebook. */
export interface IFileChanger {
  apply(
    operations: Exclude<Operation, CellOperation>[],
    context: DocumentRegistry.IContext<INotebookModel>
  ): Promise<void>;
}

/**
 * Applies a plan to an open notebook, in one undo step.
 *
 * @param plan - What to change.
 * @param snapshot - The notebook that the plan was computed for. Where a cell it touches has another text by now,
 * nothing is changed.
 */
export async function applyPlan(
  context: DocumentRegistry.IContext<INotebookModel>,
  plan: EditPlan,
  snapshot: NotebookSnapshot,
  files: IFileChanger,
  trans: TranslationBundle
): Promise<IApplied> {
  const notebook = context.model.sharedModel;
  const cellOperations = plan.operations.filter(isCellOperation);
  const fileOperations = plan.operations.filter(
    (operation): operation is Exclude<Operation, CellOperation> =>
      !isCellOperation(operation)
  );
  const reason = refusal(context, cellOperations, snapshot, trans);
  if (reason) {
    return refused(reason);
  }
  if (fileOperations.length > 0) {
    try {
      await files.apply(fileOperations, context);
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
    if (cellOperations.length === 0) {
      return { applied: true, reason: '', undo: () => Promise.resolve(false) };
    }
  }
  const before = state(notebook.cells);
  const only = onlyChangedCell(cellOperations);
  if (only) {
    const cell = find(notebook.cells, only.cell)!;
    stopCapturing(cell);
    // One cell: an edit in that cell, so that Ctrl+Z in the cell takes it back.
    cell.transact(() => change(cell, only.edits));
    stopCapturing(cell);
  } else {
    stopCapturing(notebook);
    notebook.transact(() => {
      for (const operation of cellOperations) {
        perform(context.model, operation);
      }
    });
    stopCapturing(notebook);
  }
  const after = state(notebook.cells);
  return {
    applied: true,
    reason: '',
    undo: () =>
      Promise.resolve(takeBack(context, before, after, cellOperations))
  };
}

function refused(reason: string): IApplied {
  return { applied: false, reason, undo: () => Promise.resolve(false) };
}

function isCellOperation(operation: Operation): operation is CellOperation {
  return operation.kind !== 'rename-file' && operation.kind !== 'change-file';
}

/** Why a plan cannot be applied; empty when it can. */
function refusal(
  context: DocumentRegistry.IContext<INotebookModel>,
  operations: readonly CellOperation[],
  snapshot: NotebookSnapshot,
  trans: TranslationBundle
): string {
  if (operations.length > 0 && isReadOnly(context)) {
    return trans.__('This notebook is read-only, so nothing was changed.');
  }
  const cells = context.model.sharedModel.cells;
  const sources = new Map(snapshot.cells.map(cell => [cell.id, cell.source]));
  for (const operation of operations) {
    const id = cellOf(operation);
    if (id === null) {
      continue;
    }
    const cell = find(cells, id);
    if (!cell) {
      return trans.__(
        'A cell this would change is gone, so nothing was changed.'
      );
    }
    if (cell.source !== sources.get(id)) {
      return trans.__(
        'The cell was edited since it was checked, so nothing was changed.'
      );
    }
    if (
      operation.kind !== 'ignore-rule' &&
      cell.getMetadata('editable') === false
    ) {
      return trans.__('The cell is locked, so nothing was changed.');
    }
  }
  return '';
}

/** Whether a notebook cannot be changed. */
export function isReadOnly(
  context: DocumentRegistry.IContext<INotebookModel>
): boolean {
  return context.model.readOnly || context.contentsModel?.writable === false;
}

function cellOf(operation: CellOperation): string | null {
  return 'cell' in operation ? operation.cell : null;
}

/** The one edit of a plan that does nothing else. */
function onlyChangedCell(
  operations: readonly CellOperation[]
): ChangeCell | null {
  const [first] = operations;
  return operations.length === 1 && first.kind === 'change-cell' ? first : null;
}

function change(cell: ISharedCell, edits: readonly TextEdit[]): void {
  for (const { start, end, text } of replacements(cell.source, edits)) {
    cell.updateSource(start, end, text);
  }
}

function perform(model: INotebookModel, operation: CellOperation): void {
  const notebook = model.sharedModel;
  const indexOf = (id: string | null): number =>
    notebook.cells.findIndex(cell => cell.id === id);
  switch (operation.kind) {
    case 'change-cell':
      change(notebook.cells[indexOf(operation.cell)], operation.edits);
      break;
    case 'insert-cell':
      notebook.insertCell(
        indexOf(operation.after) + 1,
        newCell(operation.cell_type, operation.source)
      );
      break;
    case 'delete-cell':
      notebook.deleteCell(indexOf(operation.cell));
      if (notebook.cells.length === 0) {
        notebook.insertCell(0, newCell('code', ''));
      }
      break;
    case 'move-cell': {
      const from = indexOf(operation.cell);
      const after = indexOf(operation.after);
      notebook.moveCell(from, after < from ? after + 1 : after);
      break;
    }
    case 'set-cell-type': {
      const index = indexOf(operation.cell);
      const metadata = notebook.cells[index].getMetadata() as JSONObject;
      notebook.deleteCell(index);
      notebook.insertCell(index, {
        ...newCell(operation.cell_type, operation.source),
        metadata
      });
      break;
    }
    case 'clear-outputs': {
      const cell = notebook.cells[indexOf(operation.cell)] as ISharedCodeCell;
      cell.setOutputs([]);
      cell.execution_count = null;
      break;
    }
    case 'ignore-rule': {
      const target =
        operation.cell === null
          ? notebook
          : notebook.cells[indexOf(operation.cell)];
      const ours = (target.getMetadata(METADATA_KEY) ?? {}) as JSONObject;
      const codes = Array.isArray(ours.ignore) ? ours.ignore : [];
      if (!codes.includes(operation.code)) {
        target.setMetadata(METADATA_KEY, {
          ...ours,
          ignore: [...codes, operation.code]
        });
      }
      break;
    }
    case 'set-kernelspec':
      notebook.setMetadata('kernelspec', {
        name: operation.name,
        display_name: operation.display_name,
        language: operation.language
      });
      break;
    case 'upgrade-format':
      // An open notebook is upgraded when it is saved; saying so needs no change.
      break;
  }
}

function newCell(
  type: 'code' | 'markdown' | 'raw',
  source: string
): SharedCell.Cell {
  return { cell_type: type, source, metadata: {} };
}

type CellState = { id: string; type: string; source: string };

function state(cells: readonly ISharedCell[]): CellState[] {
  return cells.map(cell => ({
    id: cell.id,
    type: cell.cell_type,
    source: cell.source
  }));
}

function sameState(
  one: readonly CellState[],
  other: readonly CellState[]
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Undoes an applied plan where nothing it touched changed since. */
function takeBack(
  context: DocumentRegistry.IContext<INotebookModel>,
  before: readonly CellState[],
  after: readonly CellState[],
  operations: readonly CellOperation[]
): boolean {
  const notebook = context.model.sharedModel;
  if (operations.every(operation => operation.kind === 'change-cell')) {
    // Sources alone: put the old texts back, whatever happened to the other cells meanwhile.
    const touched = new Set(operations.map(cellOf));
    const old = new Map(before.map(cell => [cell.id, cell.source]));
    const changed = after.filter(cell => touched.has(cell.id));
    const cells = changed.map(cell => find(notebook.cells, cell.id));
    if (
      changed.some((cell, index) => cells[index]?.source !== cell.source) ||
      isReadOnly(context)
    ) {
      return false;
    }
    notebook.transact(() => {
      for (const cell of cells) {
        restore(cell!, old.get(cell!.id)!);
      }
    });
    return true;
  }
  if (!sameState(state(notebook.cells), after) || !notebook.canUndo()) {
    return false;
  }
  notebook.undo();
  return sameState(state(notebook.cells), before);
}

/** Gives a cell another text, changing only what differs so that the cursor stays. */
function restore(cell: ISharedCell, text: string): void {
  const source = cell.source;
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
  cell.updateSource(
    start,
    source.length - end,
    text.slice(start, text.length - end)
  );
}

function find(
  cells: readonly ISharedCell[],
  id: string
): ISharedCell | undefined {
  return cells.find(cell => cell.id === id);
}

/**
 * Begins a new undo step, so that a change does not merge with what was typed within the last half second.
 * The shared models have an undo manager that their interfaces do not name.
 */
function stopCapturing(shared: object): void {
  const manager = (shared as { undoManager?: { stopCapturing(): void } | null })
    .undoManager;
  manager?.stopCapturing();
}
