import type { ISharedCell } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';

import type { NameAt } from '../api/types';
import { METADATA_KEY } from '../notebook/snapshot';
import type { IQualityModel } from '../tokens';
import { entriesOf, withEntries } from './cellTests';
import type { ITestedCell } from './moves';
import { repairs } from './moves';

/** A change of a shared document, as far as it is looked at here. */
interface ITransaction {
  readonly local: boolean;
  readonly origin: unknown;
}

/** The shared document below a notebook. */
interface ISharedDocument {
  on(event: 'afterTransaction', listener: (change: ITransaction) => void): void;
  off(
    event: 'afterTransaction',
    listener: (change: ITransaction) => void
  ): void;
}

/**
 * Keeps the tests of a notebook with the code they are about while its cells are split and merged, as part of the same
 * undo step. Where several people write in one notebook, this is done where the change was made.
 */
export class TestKeeper {
  constructor(private readonly _model: IQualityModel) {
    const { context } = _model;
    this._notebook = context.model.sharedModel;
    this._document = (
      this._notebook as unknown as { ydoc: ISharedDocument }
    ).ydoc;
    void context.ready.then(() => {
      if (!_model.isDisposed) {
        this._remember(this._cells());
        this._document.on('afterTransaction', this._onChange);
      }
    });
  }

  dispose(): void {
    this._document.off('afterTransaction', this._onChange);
  }

  private readonly _onChange = ({ local, origin }: ITransaction): void => {
    if (this._notebook.isDisposed) {
      this.dispose();
      return;
    }
    const now = this._cells();
    const added = new Set(
      now.map(({ id }) => id).filter(id => !this._known.has(id))
    );
    const found =
      local && added.size > 0 && this._tested.length > 0 && !isUndo(origin)
        ? repairs(this._tested, now, added, cell => this._definitions(cell))
        : [];
    this._remember(now);
    if (found.length > 0) {
      this._notebook.transact(() => {
        for (const { id, entries } of found) {
          const cell = this._notebook.cells.find(one => one.id === id);
          const ours = cell?.getMetadata(METADATA_KEY);
          cell?.setMetadata(
            METADATA_KEY,
            withEntries(ours, entries) as JSONObject
          );
        }
      });
    }
  };

  private _remember(cells: readonly ITestedCell[]): void {
    this._known = new Set(cells.map(({ id }) => id));
    this._tested = cells.filter(({ entries }) => entries.length > 0);
  }

  private _cells(): ITestedCell[] {
    return this._notebook.cells.map(cell => {
      let known = this._cell.get(cell);
      if (!known) {
        known = {
          id: cell.id,
          source: cell.source,
          entries: entriesOf(cell.getMetadata(METADATA_KEY))
        };
        this._cell.set(cell, known);
        if (!this._watched.has(cell)) {
          this._watched.add(cell);
          cell.changed.connect(() => this._cell.delete(cell));
        }
      }
      return known;
    });
  }

  /** What the last check said of a cell, if it was of this text. */
  private _definitions({ id, source }: ITestedCell): readonly NameAt[] | null {
    const { snapshot, inspection } = this._model;
    const flow = inspection?.flow.cells.find(({ cell }) => cell === id);
    const checked = snapshot?.cells.find(cell => cell.id === id);
    return flow?.known && checked?.source === source
      ? [...flow.defines, ...flow.mutates]
      : null;
  }

  private readonly _notebook: INotebookModel['sharedModel'];
  private readonly _document: ISharedDocument;
  /** Cells as they were read last: of those that did not change nothing is read, however much is typed elsewhere. */
  private readonly _cell = new WeakMap<ISharedCell, ITestedCell>();
  private readonly _watched = new WeakSet<ISharedCell>();
  private _known: ReadonlySet<string> = new Set();
  private _tested: readonly ITestedCell[] = [];
}

/** Whether a change takes another one back, or makes it again: then the tests come and go with it. */
function isUndo(origin: unknown): boolean {
  return origin !== null && typeof origin === 'object' && 'undoStack' in origin;
}
