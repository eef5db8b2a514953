import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { TestRunner as ServerTestRunner } from '../api/types';
import { hasKernel } from '../notebook/kernel';
import { news } from '../notebook/news';
import type { IQualityModel } from '../tokens';
import type { ITestItem } from './items';
import type { ILiveReply } from './liveEngine';
import { runBeside, runInKernel } from './liveEngine';
import type { TestResults } from './results';
import type { IStamp, ITestResult } from './verdicts';
import { isRunning, resultOf, stampOf } from './verdicts';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** Runs tests from a clean start, and tells of each when it is done. Rejects with a sentence. */
export type RunClean = (
  model: IQualityModel,
  items: readonly ITestItem[],
  onResult: (item: ITestItem, result: ITestResult) => void,
  signal: AbortSignal
) => Promise<void>;

/** What running needs of the world. */
export interface ITestRunnerOptions {
  results: TestResults;
  /** What runs tests in a kernel. */
  testRunner(): Promise<ServerTestRunner>;
  runClean: RunClean;
  /** Asks about tests that nobody looked at; false where they are not to run. */
  mayRun(
    context: Context,
    items: readonly ITestItem[],
    isAutomatic: boolean
  ): Promise<readonly ITestItem[]>;
  /** A sentence for a test whose cell did not run in the kernel. */
  notRun: string;
  /** Tells that something could not be done. */
  onError(error: unknown): void;
}

/** How to run tests. */
export interface IRunTestsOptions {
  /** From a clean start, whatever they say themselves. */
  readonly clean?: boolean;
  /** Nobody asked for it. */
  readonly isAutomatic?: boolean;
}

/** How far the tests of a notebook are. */
export interface IProgress {
  readonly done: number;
  readonly total: number;
  /** The kernel is busy with something else. */
  readonly isWaiting: boolean;
}

/** How a test ended in a copy of the kernel. */
type Fate = 'timeout' | 'died';

interface IJob {
  readonly item: ITestItem;
  readonly isClean: boolean;
}

/** What runs in one document. */
interface IQueue {
  readonly jobs: IJob[];
  readonly abort: AbortController;
  total: number;
  done: number;
  isWaiting: boolean;
  /** The kernel is not waited for. */
  isMidway: boolean;
  /** Ends the waiting for the kernel. */
  readonly hurried: Signal<object, void>;
  /** Stops what the kernel is doing for us. */
  cancel: (() => Promise<void>) | null;
}

/**
 * Runs tests, one after the other: in a copy of the kernel, or from a clean start. What does not come to its end in a copy
 * goes on from a clean start by itself, and its verdict says so.
 */
export class TestRunner {
  constructor(private readonly _options: ITestRunnerOptions) {}

  /** Something began to run, or ended. */
  get changed(): ISignal<TestRunner, Context> {
    return this._changed;
  }

  /** How far the tests of a notebook are; null where none run. */
  progress(context: Context): IProgress | null {
    return this._queues.get(context) ?? null;
  }

  /**
   * Runs tests after those that run already. Resolves when all of them are done or stopped.
   */
  async run(
    model: IQualityModel,
    items: readonly ITestItem[],
    { clean = false, isAutomatic = false }: IRunTestsOptions = {}
  ): Promise<void> {
    const { context } = model;
    const { results, mayRun } = this._options;
    const wanted = (await mayRun(context, items, isAutomatic)).filter(
      item => results.running(context, item) === null
    );
    if (wanted.length === 0 || model.isDisposed) {
      return;
    }
    const jobs = wanted.map(item => ({
      item,
      isClean: clean || item.test.engine === 'clean'
    }));
    for (const { item, isClean } of jobs) {
      results.setRunning(context, [item], {
        phase: 'queued',
        since: Date.now(),
        isClean
      });
    }
    const running = this._queues.get(context);
    if (running) {
      running.jobs.push(...jobs);
      running.total += jobs.length;
      this._changed.emit(context);
      return;
    }
    const queue: IQueue = {
      jobs,
      abort: new AbortController(),
      total: jobs.length,
      done: 0,
      isWaiting: false,
      isMidway: false,
      hurried: new Signal({}),
      cancel: null
    };
    this._queues.set(context, queue);
    this._changed.emit(context);
    try {
      await this._work(model, queue);
    } finally {
      this._queues.delete(context);
      results.setRunning(
        context,
        queue.jobs.map(({ item }) => item),
        null
      );
      this._changed.emit(context);
    }
  }

  /** Stops the test that runs, and runs none of those that were to come. */
  async stop(context: Context): Promise<void> {
    const queue = this._queues.get(context);
    if (queue) {
      queue.abort.abort();
      await queue.cancel?.();
    }
  }

  /** Whether tests can run beside what a kernel runs. */
  canRunMidway({ sessionContext }: Context): boolean {
    return sessionContext.session?.kernel?.supportsSubshells === true;
  }

  /** Runs the tests that wait for the kernel, and those after them, without waiting: they see what it has done so far. */
  runMidway(context: Context): void {
    const queue = this._queues.get(context);
    if (queue) {
      queue.isMidway = true;
      queue.hurried.emit();
    }
  }

  private async _work(model: IQualityModel, queue: IQueue): Promise<void> {
    const { jobs, abort } = queue;
    while (jobs.length > 0 && !abort.signal.aborted && !model.isDisposed) {
      const [first] = jobs;
      const isClean = first.isClean || !this._canFork(model, first.item);
      // Those from a clean start that follow one another go in one request: what they need is run once.
      const end = isClean
        ? jobs.findIndex(job => !job.isClean && this._canFork(model, job.item))
        : 1;
      const items = jobs
        .splice(0, end < 0 ? jobs.length : end)
        .map(({ item }) => item);
      try {
        if (isClean) {
          await this._clean(model, queue, items);
        } else {
          await this._live(model, queue, first.item);
        }
      } catch (error) {
        if (!abort.signal.aborted) {
          this._options.onError(error);
        }
      } finally {
        this._options.results.setRunning(model.context, items, null);
      }
    }
  }

  private async _live(
    model: IQualityModel,
    queue: IQueue,
    item: ITestItem
  ): Promise<void> {
    const { context } = model;
    const { sessionContext } = context;
    if (model.runs.records !== null && !model.runs.lastRun(item.cell)) {
      const blocked = resultOf({
        name: item.test.name,
        status: 'blocked',
        engine: 'fork',
        message: this._options.notRun
      });
      this._done(context, queue, item, blocked, stampOf(model, item, true));
      return;
    }
    const runner = await this._options.testRunner();
    const kernel = sessionContext.session?.kernel;
    if (!kernel || !hasKernel(sessionContext)) {
      // It went while others were tested.
      return;
    }
    const engine = item.test.engine === 'shared' ? 'shared' : 'fork';
    const mayHurry = engine === 'fork' && this.canRunMidway(context);
    while (
      this._isBusy(model, kernel) &&
      !(mayHurry && queue.isMidway) &&
      !kernel.isDisposed &&
      !queue.abort.signal.aborted
    ) {
      queue.isWaiting = true;
      this._setPhase(context, [item], 'kernel', false);
      this._changed.emit(context);
      const { statusChanged, disposed } = kernel;
      await news(
        [statusChanged, disposed, model.runs.changed, queue.hurried],
        queue.abort.signal
      );
      queue.isWaiting = false;
    }
    if (queue.abort.signal.aborted) {
      return;
    }
    const isMidway = this._isBusy(model, kernel);
    this._setPhase(context, [item], 'running', false);
    this._changed.emit(context);
    const stamp = stampOf(model, item, true);
    if (isMidway) {
      this._misled.set(kernel.id, countOf(model));
    }
    const run = isMidway
      ? runBeside(kernel, runner, item.test)
      : runInKernel(kernel, runner, item.test, engine);
    queue.cancel = () => run.cancel();
    let reply: ILiveReply;
    try {
      reply = await run.reply;
    } finally {
      queue.cancel = null;
    }
    if (queue.abort.signal.aborted) {
      return;
    }
    const { status } = reply.result;
    if (isMidway) {
      if (status === 'timeout' || status === 'died') {
        // It may be what the kernel does just now that is in the way.
        queue.isMidway = false;
        await this._live(model, queue, item);
      } else {
        this._done(context, queue, item, { ...reply.result, isMidway }, stamp);
      }
      return;
    }
    if (engine === 'fork' && (status === 'timeout' || status === 'died')) {
      await this._fallBack(model, queue, item, reply, kernel.id);
    } else {
      this._done(context, queue, item, reply.result, stamp);
    }
  }

  /** A test did not come to its end in a copy of the kernel. */
  private async _fallBack(
    model: IQualityModel,
    queue: IQueue,
    item: ITestItem,
    { result, hazards }: ILiveReply,
    kernel: string
  ): Promise<void> {
    const fate = result.status as Fate;
    if (hazards.length === 0) {
      // Nothing happened to this test: there are no copies of this kernel.
      this._lonely.add(kernel);
      await this._clean(model, queue, [item]);
      return;
    }
    await this._clean(model, queue, [item], fate);
    const { clean } = this._options.results.verdicts(model.context, item);
    const status = clean?.result.status;
    if (status && status !== 'timeout' && status !== 'died') {
      // It is the copy that does not do, and not the test.
      this._hazards.set(hazardOf(kernel, item), fate);
    }
  }

  private async _clean(
    model: IQualityModel,
    queue: IQueue,
    items: readonly ITestItem[],
    fate?: Fate
  ): Promise<void> {
    const { context } = model;
    const kernel = context.sessionContext.session?.kernel?.id ?? '';
    const stamps = new Map(
      items.map(item => [item, stampOf(model, item, false)])
    );
    this._setPhase(context, items, 'running', true);
    this._changed.emit(context);
    await this._options.runClean(
      model,
      items,
      (item, result) => {
        const why =
          fate ?? this._hazards.get(hazardOf(kernel, item)) ?? result.fell_back;
        this._done(
          context,
          queue,
          item,
          { ...result, fell_back: why },
          stamps.get(item)!
        );
      },
      queue.abort.signal
    );
  }

  private _done(
    context: Context,
    queue: IQueue,
    item: ITestItem,
    result: ITestResult,
    stamp: IStamp
  ): void {
    const { results } = this._options;
    queue.done++;
    results.setRunning(context, [item], null);
    results.add(context, item, result, stamp);
    this._changed.emit(context);
  }

  private _setPhase(
    context: Context,
    items: readonly ITestItem[],
    phase: 'kernel' | 'running',
    isClean: boolean
  ): void {
    this._options.results.setRunning(context, items, {
      phase,
      since: Date.now(),
      isClean
    });
  }

  /** Whether a copy of the kernel will do for a test, as far as it was seen. */
  private _canFork({ context }: IQualityModel, item: ITestItem): boolean {
    const kernel = context.sessionContext.session?.kernel?.id ?? '';
    return (
      item.test.engine === 'shared' ||
      (!this._lonely.has(kernel) && !this._hazards.has(hazardOf(kernel, item)))
    );
  }

  /** Whether a kernel runs something. Of what it does beside that it says that it is idle when that has ended. */
  private _isBusy(
    model: IQualityModel,
    kernel: Kernel.IKernelConnection
  ): boolean {
    return (
      kernel.status === 'busy' ||
      (this._misled.has(kernel.id) &&
        this._misled.get(kernel.id) === countOf(model) &&
        isRunning(model.runs))
    );
  }

  /** The runs during which kernels said that they are idle, and were not. */
  private readonly _misled = new Map<string, number | null>();
  private readonly _queues = new Map<Context, IQueue>();
  /** The kernels that cannot be copied. */
  private readonly _lonely = new Set<string>();
  /** What became of tests in copies of kernels, though they come to their end from a clean start. */
  private readonly _hazards = new Map<string, Fate>();
  private readonly _changed = new Signal<TestRunner, Context>(this);
}

function hazardOf(kernel: string, { key, test }: ITestItem): string {
  return JSON.stringify([kernel, key, test.source]);
}

/** The count of the run that began last. */
function countOf({ runs: { records } }: IQualityModel): number | null {
  return records?.[records.length - 1]?.count ?? null;
}
