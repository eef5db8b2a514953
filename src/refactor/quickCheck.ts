import type { ISessionContext } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';

import type { QuickRequest, Verdict } from '../api/types';
import { NoAnswerError, evaluate } from '../notebook/evaluation';
import { news } from '../notebook/news';
import { hasKernel } from '../notebook/kernel';
import type { IQualityClient, IQualityModel } from '../tokens';

/** What came of a check. */
export interface IQuickResult {
  readonly verdict: Verdict;
  /** The cells among those that ran whose inputs are not what the notebook would make them. */
  readonly stale: readonly string[];
}

/** What a check is about. */
export type QuickQuestion = Pick<
  QuickRequest,
  'notebook' | 'plan' | 'lost' | 'renamed'
>;

export interface IQuickCheckOptions {
  readonly model: Pick<IQualityModel, 'inspection'>;
  readonly session: ISessionContext;
  readonly client: Pick<IQualityClient, 'quick'>;
  readonly trans: TranslationBundle;
}

/**
 * Compares the old and the new code of changed cells in forked children of the live kernel, on what it holds.
 */
export class QuickCheck {
  constructor(private readonly _options: IQuickCheckOptions) {}

  /** Why it cannot be had, a few words; empty where it can. */
  get obstacle(): string {
    const { session, trans } = this._options;
    return hasKernel(session) ? '' : trans.__('Needs a running kernel');
  }

  /** Whether the kernel would begin at once. */
  get isAtOnce(): boolean {
    const { session } = this._options;
    return hasKernel(session) && session.session?.kernel?.status === 'idle';
  }

  /** `obstacle` may be another one. */
  get changed(): ISignal<unknown, unknown> {
    return this._options.session.statusChanged;
  }

  /**
   * Runs it. Rejects with a sentence.
   *
   * @param onWaiting - Told that the kernel is busy with something else, or no more.
   * @param signal - Gives it up; the kernel is interrupted if it is at it.
   */
  async run(
    question: QuickQuestion,
    onWaiting: (isWaiting: boolean) => void,
    signal: AbortSignal
  ): Promise<IQuickResult> {
    const { client, session, model, trans } = this._options;
    const asked = await client.quick(question, signal);
    if (asked.kind === 'verdict') {
      return { verdict: asked.verdict, stale: [] };
    }
    // What was given up before may not have ended: an interrupt that is on its way would hit this one.
    await this._last;
    const kernel = session.session?.kernel;
    if (kernel?.status === 'busy') {
      onWaiting(true);
      while (
        kernel.status === 'busy' &&
        !kernel.isDisposed &&
        !signal.aborted
      ) {
        await news([kernel.statusChanged, kernel.disposed], signal);
      }
      onWaiting(false);
    }
    if (signal.aborted) {
      throw new Error('Cancelled.');
    }
    if (!kernel || !hasKernel(session)) {
      throw new Error(trans.__('The kernel is not running any more.'));
    }
    const stale = staleOf(model, asked.cells);
    const began = performance.now();
    const { reply, cancel } = evaluate(kernel, asked.expression);
    const onAbort = (): void => {
      this._last = Promise.allSettled([cancel(), reply]);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    let answer: string;
    try {
      answer = await reply;
    } catch (error) {
      throw error instanceof NoAnswerError
        ? new Error(
            trans.__(
              'The kernel gave no answer: it ended, or was restarted meanwhile.'
            )
          )
        : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    const seconds = (performance.now() - began) / 1000;
    const told = await client.quick({ ...question, answer, seconds }, signal);
    if (told.kind !== 'verdict') {
      throw new Error(trans.__('The server did not judge the answer.'));
    }
    return { verdict: told.verdict, stale };
  }

  /** The end of what was given up. */
  private _last: Promise<unknown> = Promise.resolve();
}

function staleOf(
  { inspection }: Pick<IQualityModel, 'inspection'>,
  cells: readonly string[]
): string[] {
  return (inspection?.staleness ?? [])
    .filter(({ cell, state }) => state === 'stale' && cells.includes(cell))
    .map(({ cell }) => cell);
}
