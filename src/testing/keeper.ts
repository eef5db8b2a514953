import type { ISharedCell } from '@jupyter/ydoc';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { JSONObject } from '@lumino/coreutils';

import type { NameAt } from '../api/types';
import { METADATA_KEY } from '../notebook/snapshot';
import type { IQualityModel } from '../tokens';
import { entriesOf, nameIn, withEntries } from './cellTests';
import { keyOf } from './items';
import type { ISuccession, ITestedCell } from './moves';
import { repairs } from './moves';
import type { TestResults } from './results';
import { followed, newKeys, successions } from './succession';
import type { IStamp, IVerdict } from './verdicts';

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
  /**
   * @param _model - Of the notebook.
   * @param _results - What came of its tests, which goes with them.
   */
  constructor(
    private readonly _model: IQualityModel,
    private readonly _results: TestResults
  ) {
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
    const before = this._all;
    const isOurs =
      local && added.size > 0 && this._tested.length > 0 && !isUndo(origin);
    const found = isOurs
      ? repairs(this._tested, now, added, cell => this._definitions(cell))
      : [];
    const became = isOurs ? successions(before, now, added) : [];
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
    if (became.length > 0) {
      this._follow(became);
    }
  };

  /** Has what came of tests go with them into the cells that others became. */
  private _follow(found: readonly ISuccession[]): void {
    // With the tests that each has now; it may not have told of them yet.
    const cells = new Map(this._notebook.cells.map(cell => [cell.id, cell]));
    const all = found.map(({ before, after }) => ({
      before,
      after: after.map(cell => ({
        ...cell,
        entries: entriesOf(cells.get(cell.id)?.getMetadata(METADATA_KEY))
      }))
    }));
    const follow = (verdict: IVerdict): IStamp =>
      followed(this._model, verdict, all);
    const moved = all.flatMap(newKeys);
    const known = new Set(moved.flat());
    // Tests of other cells may look at these.
    const others = this._tested.flatMap(({ id, entries }) =>
      entries.flatMap(entry => {
        const key = keyOf(id, nameIn(entry) ?? '');
        return known.has(key) ? [] : [[key, key] as const];
      })
    );
    this._results.follow(this._model.context, [...moved, ...others], follow);
  }

  private _remember(cells: readonly ITestedCell[]): void {
    this._all = cells;
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
  private _all: readonly ITestedCell[] = [];
  private _known: ReadonlySet<string> = new Set();
  private _tested: readonly ITestedCell[] = [];
}

/** Whether a change takes another one back, or makes it again: then the tests come and go with it. */
function isUndo(origin: unknown): boolean {
  return origin !== null && typeof origin === 'object' && 'undoStack' in origin;
}
