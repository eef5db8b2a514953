import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISharedCell } from '@jupyter/ydoc';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  ChangeCell,
  EditPlan,
  Notebook as NotebookSnapshot
} from '../api/types';
import type { FileTexts, IApplied } from '../tokens';
import type { CellOperation } from './operations';
import { OperationRunner, cellOf, editCell } from './operations';
import { METADATA_KEY } from './snapshot';
import { stateOf, takeBack } from './takeBack';

type Operation = EditPlan['operations'][number];

/** Takes changes of files back. */
export interface IFileUndo {
  /** Whether all of them are as they were left. */
  isPossible(): Promise<boolean>;
  /** Puts them back. Rejects with a sentence. */
  run(): Promise<void>;
}

/** Makes the changes of a plan that are not in the notebook. */
export interface IFileChanger {
  /**
   * Makes all of them, or rejects with a sentence.
   *
   * @param texts - The texts that they were computed for, as far as they are known.
   * @returns Null where they cannot be taken back.
   */
  apply(
    operations: Exclude<Operation, CellOperation>[],
    context: DocumentRegistry.IContext<INotebookModel>,
    texts: FileTexts
  ): Promise<IFileUndo | null>;
}

/** What applying a plan needs of the world. */
export interface IApplyOptions {
  files: IFileChanger;
  /** See `IQualityModel.apply`. */
  texts?: FileTexts;
  trans: TranslationBundle;
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
  { files, texts = new Map(), trans }: IApplyOptions
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
  let undoFiles: IFileUndo | null = null;
  if (fileOperations.length > 0) {
    try {
      undoFiles = await files.apply(fileOperations, context, texts);
    } catch (error) {
      return refused(error instanceof Error ? error.message : String(error));
    }
    // It took a while: somebody may have typed.
    const late = refusal(context, cellOperations, snapshot, trans);
    if (late) {
      await undoFiles?.run().catch(() => undefined);
      return refused(late);
    }
    if (cellOperations.length === 0) {
      return {
        applied: true,
        reason: '',
        undo: async () => {
          const isPossible = (await undoFiles?.isPossible()) ?? false;
          if (isPossible) {
            await undoFiles?.run();
          }
          return isPossible;
        }
      };
    }
  }
  const before = stateOf(notebook);
  const only = onlyChangedCell(cellOperations);
  if (only) {
    const cell = find(notebook.cells, only.cell)!;
    stopCapturing(cell);
    // One cell: an edit in that cell, so that Ctrl+Z in the cell takes it back.
    cell.transact(() => editCell(cell, only.edits));
    stopCapturing(cell);
  } else {
    stopCapturing(notebook);
    notebook.transact(() => {
      new OperationRunner(context.model).run(cellOperations);
    });
    stopCapturing(notebook);
  }
  const after = stateOf(notebook);
  return {
    applied: true,
    reason: '',
    undo: async () => {
      if (undoFiles && !(await undoFiles.isPossible())) {
        return false;
      }
      // The notebook first: what is left when the rest fails is a file that nobody uses.
      if (
        isReadOnly(context) ||
        !takeBack(notebook, before, after, cellOperations)
      ) {
        return false;
      }
      await undoFiles?.run();
      return true;
    }
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
  const metadata = new Map(
    snapshot.cells.map(cell => [cell.id, cell.metadata])
  );
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
    const isOther =
      operation.kind === 'change-metadata' &&
      !sameMetadata(cell.getMetadata(METADATA_KEY), metadata.get(id));
    if (cell.source !== sources.get(id) || isOther) {
      return trans.__(
        'The cell was edited since it was checked, so nothing was changed.'
      );
    }
    if (
      operation.kind !== 'ignore-rule' &&
      operation.kind !== 'change-metadata' &&
      cell.getMetadata('editable') === false
    ) {
      return trans.__('The cell is locked, so nothing was changed.');
    }
  }
  return '';
}

/** Whether our part of a cell's metadata is the one that a plan was computed for. */
function sameMetadata(now: unknown, then: unknown): boolean {
  return JSON.stringify(now ?? {}) === JSON.stringify(then ?? {});
}

/** Whether a notebook cannot be changed. */
export function isReadOnly(
  context: DocumentRegistry.IContext<INotebookModel>
): boolean {
  return context.model.readOnly || context.contentsModel?.writable === false;
}

/** The one edit of a plan that does nothing else. */
function onlyChangedCell(
  operations: readonly CellOperation[]
): ChangeCell | null {
  const [first] = operations;
  return operations.length === 1 && first.kind === 'change-cell' ? first : null;
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
