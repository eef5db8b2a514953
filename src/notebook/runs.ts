import { isCodeCellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRunRecord, IRunRecords } from '../tokens';
import type { IBegunRun, IKernelListener } from './kernelWatch';
import { KernelWatch } from './kernelWatch';
import type { ICodeCell } from './runHistory';
import { askHistory, cellWith, recordsOf } from './runHistory';

/** So many runs are kept; of a cell always the last. */
const MOST = 2_000;

/** What kernels of Python call their language; of others nothing is kept. */
const PYTHON = new Set(['python', 'ipython']);

/**
 * Keeps what ran in the kernel of a document.
 */
export class RunRecords implements IRunRecords, IKernelListener {
  constructor(readonly context: DocumentRegistry.IContext<INotebookModel>) {
    context.sessionContext.kernelChanged.connect(this._follow, this);
    this._follow();
  }

  get records(): readonly IRunRecord[] | null {
    return this._isKnown ? this._records : null;
  }

  get changed(): ISignal<RunRecords, void> {
    return this._changed;
  }

  lastRun(cellId: string): IRunRecord | null {
    if (!this._isKnown) {
      return null;
    }
    this._last ??= new Map(this._records.map(record => [record.cell, record]));
    return this._last.get(cellId) ?? null;
  }

  accept(cellIds: readonly string[]): void {
    if (!this._isKnown) {
      return;
    }
    const texts = new Map(this._cells.map(cell => [cell.id, cell.source]));
    const records = [...this._records];
    for (const id of cellIds) {
      const text = texts.get(id);
      const record = this.lastRun(id);
      if (record && text !== undefined) {
        records[records.lastIndexOf(record)] = { ...record, source: text };
      }
    }
    this._set(records);
  }

  began(run: IBegunRun): void {
    const { request, source, count, started } = run;
    const cell = run.cell ?? cellWith(source, this._cells);
    const record = { cell, source, count, started, took: null };
    this._running.set(request, count);
    const before = this._records;
    // What the kernel does not store in its history leaves its count to the next one.
    const isStored = before[before.length - 1]?.count !== count;
    this._set([...(isStored ? before : before.slice(0, -1)), record]);
  }

  ended(request: string, at: number | null): void {
    const count = this._running.get(request);
    this._running.delete(request);
    if (count === undefined || at === null) {
      return;
    }
    const records = this._records.map(record =>
      record.count === count && record.started !== null
        ? { ...record, took: Math.max(0, at - record.started) }
        : record
    );
    this._set(records);
  }

  restarted(): void {
    this._running.clear();
    this._isKnown = true;
    this._set([]);
    void this._ask();
  }

  reconnected(): void {
    void this._ask();
  }

  died(): void {
    this._forget();
  }

  dispose(): void {
    this._watch?.dispose();
    this._watch = null;
    this.context.sessionContext.kernelChanged.disconnect(this._follow, this);
    Signal.clearData(this);
  }

  private _follow(): void {
    this._watch?.dispose();
    this._watch = null;
    this._forget();
    const kernel = this.context.sessionContext.session?.kernel;
    if (kernel) {
      this._watch = new KernelWatch(kernel, this);
      void this._ask();
    }
  }

  private _forget(): void {
    this._running.clear();
    this._isKnown = false;
    this._set([]);
  }

  /** Asks the kernel what ran, and puts it together with what was seen to run. */
  private async _ask(): Promise<void> {
    const watch = this._watch;
    if (!watch) {
      return;
    }
    const asked = ++this._asked;
    try {
      const { language_info: language } = await watch.kernel.info;
      if (!PYTHON.has(language.name.toLowerCase())) {
        return;
      }
      const history = await askHistory(watch.kernel);
      await this.context.ready;
      if (!history || watch !== this._watch || asked !== this._asked) {
        return;
      }
      this._isKnown = true;
      this._set(
        recordsOf(history.lines, this._records, new Map(), this._cells)
      );
    } catch {
      // A kernel that restarts or is gone cancels what it was asked, and one without a history may refuse.
    }
  }

  private get _cells(): ICodeCell[] {
    const cells: ICodeCell[] = [];
    for (const cell of this.context.model.cells) {
      if (isCodeCellModel(cell)) {
        const { id, sharedModel, executionCount: count } = cell;
        cells.push({ id, source: sharedModel.source, count });
      }
    }
    return cells;
  }

  private _set(records: readonly IRunRecord[]): void {
    this._records = trimmed(records, MOST);
    this._last = null;
    this._changed.emit();
  }

  private _watch: KernelWatch | null = null;
  private _records: readonly IRunRecord[] = [];
  private _isKnown = false;
  private _last: Map<string | null, IRunRecord> | null = null;
  private _asked = 0;
  /** The execution counts of what runs now, by the id of the request. */
  private readonly _running = new Map<string, number>();
  private _changed = new Signal<RunRecords, void>(this);
}

/** Leaves out the oldest records, of no cell the last. */
export function trimmed(
  records: readonly IRunRecord[],
  most: number
): readonly IRunRecord[] {
  let excess = records.length - most;
  if (excess <= 0) {
    return records;
  }
  const last = new Map(records.map((record, index) => [record.cell, index]));
  last.delete(null);
  return records
    .filter((record, index) => {
      const isLast = last.get(record.cell ?? '') === index;
      return isLast || excess-- <= 0;
    })
    .slice(-most);
}
