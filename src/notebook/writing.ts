import type { CellChange } from '@jupyter/ydoc';
import type { Cell } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/**
 * Knows the cell a person is writing: the one whose editor has the focus and that was edited since it got the focus or
 * last ran.
 */
export class WritingWatch {
  constructor(private readonly _notebook: Notebook) {
    _notebook.node.addEventListener('focusin', this._onFocus);
    _notebook.node.addEventListener('focusout', this._onFocus);
    _notebook.activeCellChanged.connect(this._watch, this);
    NotebookActions.executionScheduled.connect(this._onRun, this);
    this._watch();
  }

  /** The id of the cell being written; null when none is. */
  get cell(): string | null {
    return this._writing;
  }

  /** `cell` changed. */
  get changed(): ISignal<WritingWatch, void> {
    return this._changed;
  }

  /** The source of the active cell was edited. */
  get edited(): ISignal<WritingWatch, void> {
    return this._edited;
  }

  dispose(): void {
    this._notebook.node.removeEventListener('focusin', this._onFocus);
    this._notebook.node.removeEventListener('focusout', this._onFocus);
    Signal.clearData(this);
  }

  private _watch(): void {
    this._watched?.model?.sharedModel.changed.disconnect(this._onEdit, this);
    this._watched = this._notebook.activeCell;
    this._watched?.model.sharedModel.changed.connect(this._onEdit, this);
    this._settle();
  }

  private readonly _onFocus = (): void => {
    // What gets the focus has it only after the event that takes it away.
    requestAnimationFrame(() => this._settle());
  };

  private _onEdit(_: unknown, change: CellChange): void {
    if (!change.sourceChange) {
      return;
    }
    this._edited.emit();
    const cell = this._watched;
    if (cell && !cell.isDisposed && hasFocus(cell)) {
      this._set(cell.model.id);
    }
  }

  private _onRun(
    _: unknown,
    { notebook, cell }: { notebook: Notebook; cell: Cell }
  ): void {
    if (
      notebook === this._notebook &&
      isCodeCellModel(cell.model) &&
      cell.model.id === this._writing
    ) {
      this._set(null);
    }
  }

  private _settle(): void {
    const cell = this._watched;
    if (
      this._writing !== null &&
      (!cell ||
        cell.isDisposed ||
        cell.model.id !== this._writing ||
        !hasFocus(cell))
    ) {
      this._set(null);
    }
  }

  private _set(cell: string | null): void {
    if (this._writing !== cell) {
      this._writing = cell;
      this._changed.emit();
    }
  }

  private _watched: Cell | null = null;
  private _writing: string | null = null;
  private _edited = new Signal<WritingWatch, void>(this);
  private _changed = new Signal<WritingWatch, void>(this);
}

function hasFocus(cell: Cell): boolean {
  return (
    cell.editorWidget?.node.contains(document.activeElement) ??
    cell.node.contains(document.activeElement)
  );
}
