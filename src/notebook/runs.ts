import { isCodeCellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRunRecords } from '../tokens';
import type { IBegunRun, IKernelListener } from './kernelWatch';
import { KernelWatch } from './kernelWatch';
import type { ICodeCell, IHistory, IKeptRun } from './runHistory';
import { askHistory, cellWith, recordsOf, withCellsOf } from './runHistory';
import type { IRememberedRun } from './runMemory';
import { RunMemory, browserStorage } from './runMemory';
import { textHash } from './textHash';
import { trimmed } from './trimmed';

/** So many runs are kept; of a cell the last as long as possible. */
const MOST = 2_000;

/** What kernels of Python call their language; of others nothing is kept. */
const PYTHON = new Set(['python', 'ipython']);

/**
 * Keeps what ran in the kernel of a document.
 */
export class RunRecords implements IRunRecords, IKernelListener {
  constructor(
    readonly context: DocumentRegistry.IContext<INotebookModel>,
    storage: Storage | null = browserStorage()
  ) {
    this._memory = new RunMemory(storage, () => {
      const runs = withCellsOf(this._runs, this._memory.load());
      if (runs !== this._runs) {
        this._keep(runs);
      }
    });
    context.sessionContext.kernelChanged.connect(this._follow, this);
    context.pathChanged.connect(this._onPathChanged, this);
    this._follow();
  }

  get records(): readonly IKeptRun[] | null {
    return this._isKnown ? this._runs : null;
  }

  get changed(): ISignal<RunRecords, void> {
    return this._changed;
  }

  /** Whether something runs now. */
  get isBusy(): boolean {
    return this._running.size > 0;
  }

  lastRun(cellId: string): IKeptRun | null {
    if (!this._isKnown) {
      return null;
    }
    this._last ??= new Map(this._runs.map(run => [run.cell, run]));
    return this._last.get(cellId) ?? null;
  }

  accept(cellIds: readonly string[]): void {
    const accepted = new Set(cellIds.map(id => this.lastRun(id)));
    const sources = new Map(this._cells.map(cell => [cell.id, cell.source]));
    this._keep(
      this._runs.map(run =>
        accepted.has(run)
          ? { ...run, source: sources.get(run.cell ?? '') ?? run.source }
          : run
      )
    );
  }

  began(run: IBegunRun): void {
    const { request, source, count, started } = run;
    this._running.set(request, count);
    const before = this._runs;
    // What the kernel does not store in its history leaves its count to the next one.
    const isStored = before[before.length - 1]?.count !== count;
    this._keep([
      ...(isStored ? before : before.slice(0, -1)),
      {
        cell: run.cell ?? cellWith(source, this._cells),
        source,
        count,
        started,
        took: null,
        isSure: run.cell !== null,
        ran: source
      }
    ]);
  }

  ended(request: string, at: number | null): void {
    const count = this._running.get(request);
    this._running.delete(request);
    if (count !== undefined) {
      this._keep(
        this._runs.map(run => (run.count === count ? withEnd(run, at) : run))
      );
    } else if (!this._isKnown && at !== null) {
      this._ends.set(request, at);
    }
  }

  restarted(): void {
    this._forget();
    this._isKnown = this._isPython;
    this._keep([]);
    void this._ask();
  }

  reconnected(): void {
    void this._ask();
  }

  died(): void {
    this._forget();
    this._changed.emit();
  }

  dispose(): void {
    this._watch?.dispose();
    this._watch = null;
    this._memory.dispose();
    this.context.sessionContext.kernelChanged.disconnect(this._follow, this);
    this.context.pathChanged.disconnect(this._onPathChanged, this);
    Signal.clearData(this);
  }

  private _follow(): void {
    this._watch?.dispose();
    this._watch = null;
    this._isPython = false;
    this._forget();
    const kernel = this.context.sessionContext.session?.kernel;
    if (kernel) {
      this._watch = new KernelWatch(kernel, this);
      if (kernel.connectionStatus === 'connected') {
        void this._ask();
      }
    }
    this._changed.emit();
  }

  private _forget(): void {
    this._asked++;
    this._memory.key = null;
    this._running.clear();
    this._ends.clear();
    this._isKnown = false;
    this._runs = [];
    this._last = null;
  }

  private _onPathChanged(_: unknown, path: string): void {
    this._memory.move(path);
  }

  /** Asks the kernel what ran, and puts it together with what was seen to run. */
  private async _ask(): Promise<void> {
    const watch = this._watch;
    if (!watch) {
      return;
    }
    const asked = ++this._asked;
    const history = await this._history(watch.kernel);
    await this.context.ready;
    if (!history || asked !== this._asked || watch !== this._watch) {
      return;
    }
    const { session } = history;
    this._memory.key = {
      kernel: watch.kernel.id,
      session,
      path: this.context.path
    };
    const remembered = this._memory.load();
    for (const { request, count } of remembered.values()) {
      if (request !== null) {
        this._running.set(request, count);
      }
    }
    this._isKnown = true;
    this._keep(recordsOf(history.lines, this._runs, remembered, this._cells));
    for (const [request, at] of this._ends) {
      this.ended(request, at);
    }
    this._ends.clear();
  }

  private async _history(
    kernel: Kernel.IKernelConnection
  ): Promise<IHistory | null> {
    try {
      const { language_info: language } = await kernel.info;
      this._isPython = PYTHON.has(language.name.toLowerCase());
      return this._isPython ? await askHistory(kernel) : null;
    } catch {
      // A kernel that restarts or is gone cancels what it was asked, and one without a history may refuse.
      return null;
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

  private _keep(runs: readonly IKeptRun[]): void {
    this._runs = trimmed(runs, MOST);
    this._last = null;
    this._memory.save(this._remembered);
    this._changed.emit();
  }

  private readonly _remembered = (): IRememberedRun[] => {
    const requests = new Map(
      Array.from(this._running, ([request, count]) => [count, request])
    );
    return this._runs.map(({ count, cell, isSure, started, took, ...run }) => ({
      count,
      cell,
      isSure,
      started,
      took,
      request: requests.get(count) ?? null,
      accepted: run.source === run.ran ? null : textHash(run.source)
    }));
  };

  private readonly _memory: RunMemory;
  private _watch: KernelWatch | null = null;
  private _runs: readonly IKeptRun[] = [];
  private _isPython = false;
  private _isKnown = false;
  private _last: Map<string | null, IKeptRun> | null = null;
  /** How often the kernel was asked; only the last answer counts. */
  private _asked = 0;
  /** The execution counts of what runs now, by the id of the request. */
  private readonly _running = new Map<string, number>();
  /** When requests of which only this browser's memory may know were done with. */
  private readonly _ends = new Map<string, number>();
  private readonly _changed = new Signal<RunRecords, void>(this);
}

function withEnd(run: IKeptRun, at: number | null): IKeptRun {
  return at === null || run.started === null
    ? run
    : { ...run, took: Math.max(0, at - run.started) };
}
