import type { ISharedCell, ISharedCodeCell, SharedCell } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';

import type { EditPlan, TextEdit } from '../api/types';
import { replacements } from './positions';
import { METADATA_KEY } from './snapshot';

type Operation = EditPlan['operations'][number];

/** A change of the cells of a notebook, not of files. */
export type CellOperation = Exclude<
  Operation,
  { kind: 'rename-file' } | { kind: 'change-file' }
>;

/** The id of the cell that an operation changes; null where it is none in particular. */
export function cellOf(operation: CellOperation): string | null {
  return 'cell' in operation ? operation.cell : null;
}

/** Edits the text of a cell. */
export function editCell(cell: ISharedCell, edits: readonly TextEdit[]): void {
  for (const { start, end, text } of replacements(cell.source, edits)) {
    cell.updateSource(start, end, text);
  }
}

/**
 * Makes changes of a notebook, inside a transaction.
 *
 * The list of a shared notebook's cells is only brought up to date when the transaction ends, so this keeps one of its
 * own.
 */
export class OperationRunner {
  constructor(model: INotebookModel) {
    this._notebook = model.sharedModel;
    this._cells = [...model.sharedModel.cells];
  }

  run(operations: readonly CellOperation[]): void {
    for (const operation of operations) {
      this._perform(operation);
    }
    if (this._cells.length === 0) {
      this._insert(0, newCell('code', ''));
    }
  }

  private _perform(operation: CellOperation): void {
    switch (operation.kind) {
      case 'change-cell':
        editCell(this._find(operation.cell), operation.edits);
        break;
      case 'insert-cell':
        this._insert(
          this._indexOf(operation.after) + 1,
          newCell(operation.cell_type, operation.source, operation.metadata)
        );
        break;
      case 'delete-cell':
        this._delete(this._indexOf(operation.cell));
        break;
      case 'move-cell': {
        const cell = this._find(operation.cell).toJSON();
        this._delete(this._indexOf(operation.cell));
        this._insert(this._indexOf(operation.after) + 1, cell);
        break;
      }
      case 'set-cell-type': {
        const index = this._indexOf(operation.cell);
        const metadata = this._cells[index].getMetadata() as JSONObject;
        this._delete(index);
        this._insert(index, {
          ...newCell(operation.cell_type, operation.source),
          metadata
        });
        break;
      }
      case 'clear-outputs': {
        const cell = this._find(operation.cell) as ISharedCodeCell;
        cell.setOutputs([]);
        cell.execution_count = null;
        break;
      }
      case 'ignore-rule':
        ignoreRule(
          operation.cell === null ? this._notebook : this._find(operation.cell),
          operation.code
        );
        break;
      case 'change-metadata':
        setOurs(this._find(operation.cell), operation.metadata as JSONObject);
        break;
      case 'set-kernelspec':
        this._notebook.setMetadata('kernelspec', {
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

  private _insert(index: number, cell: SharedCell.Cell): void {
    this._cells.splice(index, 0, this._notebook.insertCell(index, cell));
  }

  private _delete(index: number): void {
    this._notebook.deleteCell(index);
    this._cells.splice(index, 1);
  }

  private _find(id: string): ISharedCell {
    return this._cells[this._indexOf(id)];
  }

  private _indexOf(id: string | null): number {
    return this._cells.findIndex(cell => cell.id === id);
  }

  private readonly _notebook: INotebookModel['sharedModel'];
  private readonly _cells: ISharedCell[];
}

function ignoreRule(
  target: Pick<ISharedCell, 'getMetadata' | 'setMetadata'>,
  code: string
): void {
  const ours = (target.getMetadata(METADATA_KEY) ?? {}) as JSONObject;
  const codes = Array.isArray(ours.ignore) ? ours.ignore : [];
  if (!codes.includes(code)) {
    target.setMetadata(METADATA_KEY, { ...ours, ignore: [...codes, code] });
  }
}

/** Gives a cell our part of its metadata; none where it is empty. */
function setOurs(cell: ISharedCell, ours: JSONObject): void {
  if (Object.keys(ours).length > 0) {
    cell.setMetadata(METADATA_KEY, ours);
  } else {
    cell.deleteMetadata(METADATA_KEY);
  }
}

function newCell(
  type: 'code' | 'markdown' | 'raw',
  source: string,
  ours: Record<string, unknown> = {}
): SharedCell.Cell {
  return {
    cell_type: type,
    source,
    metadata:
      Object.keys(ours).length > 0 ? { [METADATA_KEY]: ours as JSONObject } : {}
  };
}
