import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Worth } from '../api/types';
import type { ITestItem } from './items';
import type { IStamp, ITestResult, IVerdict, IVerdicts } from './verdicts';
import { isLive } from './verdicts';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** A test that is being run, or is going to be. */
export interface IRunning {
  /** `queued` behind others; `kernel`: the kernel is busy with something else; `running` since `since`. */
  readonly phase: 'queued' | 'kernel' | 'running';
  /** Milliseconds since 1970. */
  readonly since: number;
  /** It runs from a clean start. */
  readonly isClean: boolean;
}

/** How little a test notices, and of which code that was found. */
export interface IWeakness {
  readonly worth: Worth;
  readonly stamp: IStamp;
}

/** What is known of the tests of one document. */
interface IKept {
  readonly verdicts: Map<string, IVerdicts>;
  readonly running: Map<string, IRunning>;
  readonly weak: Map<string, IWeakness>;
}

const NONE: IVerdicts = { live: null, clean: null };

/** Keeps what came of tests, for as long as their document is open. */
export class TestResults {
  /** Something of a document changed. */
  get changed(): ISignal<TestResults, Context> {
    return this._changed;
  }

  /** The last verdicts on a test. */
  verdicts(context: Context, { key }: ITestItem): IVerdicts {
    return this._kept.get(context)?.verdicts.get(key) ?? NONE;
  }

  /** How far a test is; null where it does not run. */
  running(context: Context, { key }: ITestItem): IRunning | null {
    return this._kept.get(context)?.running.get(key) ?? null;
  }

  /** Keeps what came of a test. */
  add(
    context: Context,
    item: ITestItem,
    result: ITestResult,
    stamp: IStamp
  ): void {
    const { verdicts } = this._of(context);
    verdicts.set(item.key, {
      ...this.verdicts(context, item),
      [isLive(result) ? 'live' : 'clean']: {
        result,
        stamp,
        order: this._order++
      }
    });
    this._changed.emit(context);
  }

  /** Says how far a test is; null once it does not run any more. */
  setRunning(
    context: Context,
    items: readonly ITestItem[],
    running: IRunning | null
  ): void {
    const kept = this._of(context).running;
    for (const { key } of items) {
      if (running) {
        kept.set(key, running);
      } else {
        kept.delete(key);
      }
    }
    this._changed.emit(context);
  }

  /** Has all of it drawn anew: tests came, went or changed. */
  refresh(context: Context): void {
    this._changed.emit(context);
  }

  /** How little a test notices; null where that was not found. */
  weak(context: Context, { key }: ITestItem): IWeakness | null {
    return this._kept.get(context)?.weak.get(key) ?? null;
  }

  setWeak(context: Context, { key }: ITestItem, weak: IWeakness | null): void {
    const kept = this._of(context).weak;
    if (weak) {
      kept.set(key, weak);
    } else {
      kept.delete(key);
    }
    this._changed.emit(context);
  }

  /**
   * Keeps what is known of tests under other keys, as their cells became others. Under the old ones it stays: that may be
   * undone.
   *
   * @param follow - Gives what a verdict was about, in the new cells.
   */
  follow(
    context: Context,
    keys: readonly (readonly [from: string, to: string])[],
    follow: (verdict: IVerdict) => IStamp
  ): void {
    const { verdicts, weak } = this._of(context);
    const moved = (verdict: IVerdict | null): IVerdict | null =>
      verdict && { ...verdict, stamp: follow(verdict) };
    for (const [from, to] of keys) {
      const known = verdicts.get(from);
      if (known) {
        verdicts.set(to, {
          live: moved(known.live),
          clean: moved(known.clean)
        });
      }
      const weakness = from === to ? undefined : weak.get(from);
      if (weakness) {
        weak.set(to, weakness);
      }
    }
    if (keys.length > 0) {
      this._changed.emit(context);
    }
  }

  private _of(context: Context): IKept {
    let kept = this._kept.get(context);
    if (!kept) {
      kept = { verdicts: new Map(), running: new Map(), weak: new Map() };
      this._kept.set(context, kept);
    }
    return kept;
  }

  private readonly _kept = new WeakMap<Context, IKept>();
  private _order = 0;
  private readonly _changed = new Signal<TestResults, Context>(this);
}
