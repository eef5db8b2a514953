import type { ISessionContext } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import type { CellStaleness, QuickReply, QuickRequest } from '../api/types';
import { makeSnapshot } from '../testing-support/notebooks';
import type { IQualityModel } from '../tokens';
import { QuickCheck } from './quickCheck';

/** A kernel that begins and answers when a test wants it to; a real one is never as slow as that. */
class SlowKernel {
  readonly statusChanged = new Signal<this, string>(this);
  readonly disposed = new Signal<this, void>(this);
  status = 'idle';
  asked: string[] = [];
  interrupted = 0;
  reply = new PromiseDelegate<unknown>();
  /** Says what the request does. */
  say: (state: string) => void = () => undefined;

  requestExecute({ user_expressions }: { user_expressions: object }): object {
    this.asked.push(...(Object.values(user_expressions) as string[]));
    this.reply = new PromiseDelegate();
    const future = {
      done: this.reply.promise,
      onIOPub: (_: unknown): unknown => undefined
    };
    this.say = state =>
      future.onIOPub({
        header: { msg_type: 'status' },
        content: { execution_state: state }
      });
    return future;
  }

  answer(text: string): void {
    this.reply.resolve({
      content: {
        status: 'ok',
        user_expressions: { value: { data: { 'text/plain': text } } }
      }
    });
  }

  setStatus(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  interrupt(): Promise<void> {
    this.interrupted++;
    return Promise.resolve();
  }
}

const VERDICT = {
  state: 'identical' as const,
  reason: '',
  differences: [],
  undecided: [],
  cells: 1,
  seconds: 0
};

describe('a quick check', () => {
  let kernel: SlowKernel;
  let session: { kernel: SlowKernel } | null;
  let requests: QuickRequest[];
  let first: QuickReply;
  let check: QuickCheck;
  let abort: AbortController;
  let waits: boolean[];

  beforeEach(() => {
    kernel = new SlowKernel();
    session = { kernel };
    requests = [];
    first = { kind: 'run', expression: 'run(1)', cells: ['a'] };
    abort = new AbortController();
    waits = [];
    const staleness = (['a', 'b'] as const).map((cell): CellStaleness => ({
      cell,
      state: 'stale',
      reasons: [],
      maybe: []
    }));
    check = new QuickCheck({
      model: { inspection: { staleness } } as unknown as IQualityModel,
      session: {
        get session() {
          return session;
        },
        isTerminating: false
      } as unknown as ISessionContext,
      client: {
        quick: request => {
          requests.push(request);
          return Promise.resolve(
            typeof request.answer === 'string'
              ? { kind: 'verdict', verdict: VERDICT }
              : first
          );
        }
      },
      trans: nullTranslator.load('')
    });
  });

  const run = (): ReturnType<QuickCheck['run']> =>
    check.run(
      {
        notebook: makeSnapshot([{ id: 'a', source: 'x = 1' }]),
        plan: { title: '', operations: [] }
      },
      isWaiting => waits.push(isWaiting),
      abort.signal
    );
  const failureOf = (running: Promise<unknown>): Promise<string> =>
    running.then(
      () => 'It did not fail.',
      (error: Error) => error.message
    );
  const settle = (): Promise<void> =>
    new Promise(resolve => setTimeout(resolve));

  it('has the kernel evaluate what the server says, and the server judge it', async () => {
    const result = run();
    await settle();
    expect(kernel.asked).toEqual(['run(1)']);
    kernel.answer("'{}'");
    expect(await result).toEqual({ verdict: VERDICT, stale: ['a'] });
    expect(requests[1]).toMatchObject({ answer: "'{}'" });
    expect(requests[1].seconds).toBeGreaterThanOrEqual(0);
    expect(waits).toEqual([]);
  });

  it('asks no kernel where the server knows already', async () => {
    first = {
      kind: 'verdict',
      verdict: { ...VERDICT, state: 'could-not-run', reason: 'It writes.' }
    };
    expect((await run()).verdict.reason).toBe('It writes.');
    expect(kernel.asked).toEqual([]);
  });

  it('waits for a kernel that is busy, unless it is given up', async () => {
    kernel.status = 'busy';
    const result = run();
    await settle();
    expect(check.isAtOnce).toBe(false);
    expect(waits).toEqual([true]);
    kernel.setStatus('idle');
    await settle();
    expect(waits).toEqual([true, false]);
    kernel.answer("'{}'");
    await result;

    kernel.status = 'busy';
    const other = run();
    await settle();
    abort.abort();
    await expect(other).rejects.toThrow();
    expect(kernel.asked).toHaveLength(1);
    expect(kernel.interrupted).toBe(0);
  });

  it('interrupts nothing but itself when it is given up', async () => {
    const ended = failureOf(run());
    await settle();
    abort.abort();
    await settle();
    // What a person ran just before is still at it.
    expect(kernel.interrupted).toBe(0);
    kernel.say('busy');
    await settle();
    expect(kernel.interrupted).toBe(1);

    // The next one is asked for once this one has ended.
    abort = new AbortController();
    const next = run();
    await settle();
    expect(kernel.asked).toHaveLength(1);
    kernel.answer("'{}'");
    expect(await ended).toBe('Cancelled.');
    await settle();
    expect(kernel.asked).toHaveLength(2);
    kernel.answer("'{}'");
    await next;
  });

  it('says when there is no kernel, or none any more', async () => {
    const ended = failureOf(run());
    await settle();
    kernel.reply.reject(new Error('Canceled future'));
    expect(await ended).toBe(
      'The kernel gave no answer: it ended, or was restarted meanwhile.'
    );
    session = null;
    expect(check.obstacle).toBe('Needs a running kernel');
    await expect(run()).rejects.toThrow('The kernel is not running any more.');
  });

  it('says what the kernel raised', async () => {
    const ended = failureOf(run());
    await settle();
    kernel.reply.resolve({
      content: {
        status: 'ok',
        user_expressions: {
          value: { status: 'error', ename: 'NameError', evalue: 'gone' }
        }
      }
    });
    expect(await ended).toBe('NameError: gone');
  });
});
