import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { ServerMissingError } from '../api/client';
import type {
  EditPlan,
  Finding,
  FixReply,
  FixRequest,
  Inspection,
  Notebook as NotebookSnapshot,
  Run
} from '../api/types';
import type { QualitySettings } from '../settings';
import type {
  CheckStatus,
  FileTexts,
  IApplied,
  IQualityClient,
  IQualityModel
} from '../tokens';
import type { IFileChanger } from './applyPlan';
import { applyPlan } from './applyPlan';
import { OutputDigests } from './digest';
import { runsToSend, sameRuns } from './runRequest';
import { RunRecords } from './runs';
import { shareWith } from './sharing';
import { changedCells, sameSnapshot, takeSnapshot } from './snapshot';

/** Milliseconds from the end of a run to the check: its outputs and its execution count come together with it. */
const SOON = 80;

/** While something runs, and may print without end, its outputs are looked at so many times more seldom. */
const PRINTING = 4;

/** What a model needs of the world. */
export interface IQualityModelOptions {
  context: DocumentRegistry.IContext<INotebookModel>;
  client: IQualityClient;
  settings: QualitySettings;
  files: IFileChanger;
  trans: TranslationBundle;
  /** The cell being written, as the views of this document know it. */
  writing: () => string | null;
}

/**
 * The quality of one open document.
 */
export class QualityModel implements IQualityModel {
  constructor(private readonly _options: IQualityModelOptions) {
    const { context, settings } = _options;
    context.model.contentChanged.connect(this.invalidate, this);
    context.model.metadataChanged.connect(this.invalidate, this);
    // Kept, because a document that is closed has none any more.
    this._cells = context.model.cells;
    this._cells.changed.connect(this._onCells, this);
    context.pathChanged.connect(this.invalidate, this);
    context.sessionContext.kernelChanged.connect(this.invalidate, this);
    settings.changed.connect(this.refresh, this);
    this.runs = new RunRecords(context);
    this.runs.changed.connect(this._onRun, this);
  }

  readonly runs: RunRecords;

  get context(): DocumentRegistry.IContext<INotebookModel> {
    return this._options.context;
  }

  get snapshot(): NotebookSnapshot | null {
    return this._snapshot;
  }

  get inspection(): Inspection | null {
    return this._inspection;
  }

  get status(): CheckStatus {
    return this._status;
  }

  get error(): string {
    return this._error;
  }

  get checkedAt(): Date | null {
    return this._checkedAt;
  }

  get checkingCells(): number {
    return this._checkingCells;
  }

  get findings(): readonly Finding[] {
    return this._findings;
  }

  get writing(): string | null {
    return this._options.writing();
  }

  get changed(): ISignal<QualityModel, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether somebody looks: while nobody does, changes are noted and nothing is asked. */
  get isActive(): boolean {
    return this._isActive;
  }
  set isActive(isActive: boolean) {
    this._isActive = isActive;
    if (isActive && this._isDue) {
      this._schedule(0);
    } else if (!isActive) {
      this._unschedule();
    }
  }

  /**
   * The content changed: what is known may be out of date. A check that is due already keeps its time, so that a cell
   * that prints without end does not put it off for ever.
   */
  invalidate(): void {
    const { delay } = this._options.settings;
    this._scheduleBy(this.runs.isBusy ? PRINTING * delay : delay);
  }

  /** Files beside the notebook may have changed: the server is asked again, though the notebook is the same. */
  filesChanged(): void {
    this._isForced = true;
    this.invalidate();
  }

  /** A source was edited: the check waits until typing stops. */
  typed(): void {
    this._isDue = true;
    if (this._isActive) {
      this._schedule(this._options.settings.delay);
      this._isTyping = true;
    }
  }

  /** Sifts the findings anew: the cell being written, or a setting, changed. */
  refresh(): void {
    const writing = this.writing;
    const { settings } = this._options;
    this._findings = (this._inspection?.findings ?? [])
      .filter(
        finding =>
          !(
            finding.not_yet &&
            finding.cell !== null &&
            finding.cell === writing
          )
      )
      .map(finding => settings.sift(finding))
      .filter((finding): finding is Finding => finding !== null);
    this._changed.emit();
  }

  async check(): Promise<void> {
    this._unschedule();
    if (this._isDisposed) {
      return;
    }
    await this.context.ready;
    const snapshot = this.takeSnapshot();
    const runs = this._runsOf(snapshot);
    if (
      this._status === 'done' &&
      !this._isForced &&
      this._snapshot &&
      sameRuns(runs, this._sentRuns) &&
      sameSnapshot(snapshot, this._snapshot)
    ) {
      this._isDue = false;
      return;
    }
    this._abort?.abort();
    const abort = new AbortController();
    this._abort = abort;
    this._begunAt = Date.now();
    this._isForced = false;
    this._isDue = false;
    this._checkingCells = changedCells(snapshot, this._snapshot);
    this._setStatus('checking');
    try {
      const inspection = await this._options.client.inspect(
        { notebook: snapshot, runs },
        abort.signal
      );
      if (abort !== this._abort || this._isDisposed) {
        return;
      }
      this._snapshot = snapshot;
      this._sentRuns = runs;
      this._inspection = shareWith(this._inspection, inspection);
      this._hashes.set(
        snapshot,
        new Map(inspection.cells.map(cell => [cell.id, cell.source_hash]))
      );
      this._checkedAt = new Date();
      this._status = 'done';
      this._error = '';
      this.refresh();
    } catch (error) {
      if (abort !== this._abort || this._isDisposed) {
        return;
      }
      this._isDue = true;
      if (error instanceof ServerMissingError) {
        this._error = error.reason;
        this._setStatus('missing');
      } else {
        this._error = error instanceof Error ? error.message : String(error);
        this._setStatus('failed');
      }
    } finally {
      if (abort === this._abort) {
        this._abort = null;
        if (this._isDue && this._status === 'done') {
          this.invalidate();
        }
      }
    }
  }

  /** Checks anew even where nothing changed: the settings of the project may have. */
  async recheck(): Promise<void> {
    this._isForced = true;
    await this.check();
  }

  stop(): void {
    if (this._abort) {
      const abort = this._abort;
      this._abort = null;
      abort.abort();
      this._isDue = true;
      this._isForced = true;
      this._setStatus(this._inspection ? 'done' : 'waiting');
    }
  }

  cellIndex(cellId: string): number {
    return this.context.model.sharedModel.cells.findIndex(
      cell => cell.id === cellId
    );
  }

  currentSource(cellId: string): string | null {
    const index = this.cellIndex(cellId);
    return index < 0
      ? null
      : this.context.model.sharedModel.cells[index].source;
  }

  takeSnapshot(): NotebookSnapshot {
    const snapshot = takeSnapshot(this.context, this._digests);
    const info = this._kernelInfo;
    // A kernel that runs knows better than the file which Python it is.
    return info ? { ...snapshot, ...info } : snapshot;
  }

  async apply(
    plan: EditPlan,
    snapshot: NotebookSnapshot,
    texts: FileTexts = new Map()
  ): Promise<IApplied> {
    const { context, files, trans } = this._options;
    if (!this._isFor(snapshot, plan)) {
      return {
        applied: false,
        reason: trans.__(
          'The cell was edited since it was checked, so nothing was changed.'
        ),
        undo: () => Promise.resolve(false)
      };
    }
    const applied = await applyPlan(context, plan, snapshot, {
      files,
      texts,
      trans
    });
    if (!applied.applied) {
      return applied;
    }
    void this.check();
    return {
      ...applied,
      undo: async () => {
        const undone = await applied.undo();
        if (undone) {
          void this.check();
        }
        return undone;
      }
    };
  }

  async fix(
    scope: FixRequest['scope'],
    options: { unsafe?: boolean } = {}
  ): Promise<IApplied & { fixed: number }> {
    const snapshot = this.takeSnapshot();
    const reply = await this._options.client.fix({
      notebook: snapshot,
      scope,
      unsafe: options.unsafe ?? false,
      writing: this.writing
    });
    const applied = await this._applyReply(reply, snapshot);
    return { ...applied, fixed: reply.kind === 'plan' ? reply.fixed : 0 };
  }

  async format(cells: readonly string[] = []): Promise<IApplied> {
    const snapshot = this.takeSnapshot();
    const reply = await this._options.client.format({
      notebook: snapshot,
      cells: [...cells]
    });
    return this._applyReply(reply, snapshot);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._unschedule();
    this._abort?.abort();
    this.runs.dispose();
    this._cells.changed.disconnect(this._onCells, this);
    Signal.clearData(this);
  }

  private _runsOf({ cells }: NotebookSnapshot): Run[] | null {
    const { records } = this.runs;
    return (
      records &&
      runsToSend(records, new Map(cells.map(cell => [cell.id, cell.source])))
    );
  }

  private get _kernelInfo(): Pick<
    NotebookSnapshot,
    'language' | 'language_version'
  > | null {
    const kernel = this.context.sessionContext.session?.kernel ?? null;
    if (kernel && kernel.id !== this._kernelId) {
      this._kernelId = kernel.id;
      this._kernelLanguage = null;
      void kernel.info.then(({ language_info: language }) => {
        if (this._kernelId === kernel.id && language) {
          this._kernelLanguage = {
            language: language.name.toLowerCase(),
            language_version: language.version
          };
          this.invalidate();
        }
      });
    } else if (!kernel) {
      this._kernelId = '';
      this._kernelLanguage = null;
    }
    return this._kernelLanguage;
  }

  private _applyReply(
    reply: FixReply,
    snapshot: NotebookSnapshot
  ): Promise<IApplied> {
    return reply.kind === 'plan'
      ? this.apply(reply.plan, snapshot)
      : Promise.resolve({
          applied: false,
          reason: reply.message,
          undo: () => Promise.resolve(false)
        });
  }

  /** Whether a plan was computed for the texts of a snapshot, and not for those of an earlier one. */
  private _isFor(snapshot: NotebookSnapshot, plan: EditPlan): boolean {
    const hashes = this._hashes.get(snapshot);
    return (
      !hashes ||
      plan.operations.every(
        operation =>
          !('source_hash' in operation) ||
          hashes.get(operation.cell) === operation.source_hash
      )
    );
  }

  /** Cells came, went or moved. */
  private _onCells(): void {
    this._scheduleBy(this._options.settings.delay);
  }

  /** Something began to run or came to its end. */
  private _onRun(): void {
    const { delay } = this._options.settings;
    // Cells that run one after the other are not each told of.
    const rest = this._begunAt + delay - Date.now();
    this._scheduleBy(this.runs.isBusy ? delay : Math.max(SOON, rest));
  }

  private _unschedule(): void {
    window.clearTimeout(this._timer);
    this._dueAt = Infinity;
    this._isTyping = false;
  }

  /** Sees to a check within a time; while someone types it comes when they pause. */
  private _scheduleBy(delay: number): void {
    this._isDue = true;
    if (this._isActive && !this._isTyping && Date.now() + delay < this._dueAt) {
      this._schedule(delay);
    }
  }

  private _schedule(delay: number): void {
    window.clearTimeout(this._timer);
    this._dueAt = Date.now() + delay;
    this._timer = window.setTimeout(() => {
      if (this._abort && !this._isTyping) {
        // The answer that is under way is nearly what is wanted; giving it up each time would show none.
        this._unschedule();
        this._isDue = true;
      } else {
        void this.check();
      }
    }, delay);
  }

  private _setStatus(status: CheckStatus): void {
    this._status = status;
    this._changed.emit();
  }

  private _snapshot: NotebookSnapshot | null = null;
  /** What ran, as it was sent with the snapshot. */
  private _sentRuns: readonly Run[] | null = null;
  /** The hashes that the server gave the sources of each snapshot. */
  private readonly _hashes = new WeakMap<
    NotebookSnapshot,
    Map<string, string>
  >();
  private readonly _cells: INotebookModel['cells'];
  private _inspection: Inspection | null = null;
  private _findings: readonly Finding[] = [];
  private _status: CheckStatus = 'waiting';
  private _error = '';
  private _checkedAt: Date | null = null;
  private _checkingCells = 0;
  private _isActive = false;
  private _isDue = true;
  private _isForced = false;
  private _isDisposed = false;
  private _timer = 0;
  /** When the next check is due. */
  private _dueAt = Infinity;
  /** Whether it waits for a pause in the typing. */
  private _isTyping = false;
  /** When the last check began. */
  private _begunAt = 0;
  private _abort: AbortController | null = null;
  private _kernelId = '';
  private _kernelLanguage: Pick<
    NotebookSnapshot,
    'language' | 'language_version'
  > | null = null;
  private readonly _digests = new OutputDigests();
  private _changed = new Signal<QualityModel, void>(this);
}
