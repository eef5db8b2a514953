import { Signal } from '@lumino/signaling';

import { withKernel } from '../testing-support/kernels';
import type { FakeKernel } from '../testing-support/kernels';
import type { IQualityModel } from '../tokens';
import type { ITestItem } from './items';
import { TestResults } from './results';
import { TestRunner } from './runner';
import type { ITestResult } from './verdicts';
import { resultOf, standingOf } from './verdicts';

/** A kernel that gives the verdicts a test wants it to give; its copies may not do what real ones do on demand. */
class AskedKernel {
  readonly id = 'kernel';
  readonly statusChanged = new Signal<this, string>(this);
  readonly disposed = new Signal<this, void>(this);
  status = 'idle';
  interrupted = 0;
  /** What it answers to each question, in order. */
  answers: { status: ITestResult['status']; hazards?: string[] }[] = [];
  asked = 0;
  /** Whether it answers only once it is interrupted. */
  isSlow = false;
  supportsSubshells = true;
  subshellId: string | null = null;
  /** The shell that each question went to; null for the main one. */
  readonly shells: (string | null)[] = [];
  /** The shells that are there beside the main one. */
  readonly open = new Set<string>();

  requestCreateSubshell(): { done: Promise<unknown> } {
    const id = `shell ${this.shells.length}`;
    this.open.add(id);
    const content = { status: 'ok', subshell_id: id };
    return { done: Promise.resolve({ content }) };
  }

  requestDeleteSubshell({ subshell_id: id }: { subshell_id: string }): void {
    this.open.delete(id);
  }

  requestExecute({ user_expressions }: { user_expressions: object }): {
    done: Promise<unknown>;
  } {
    const [key] = Object.keys(user_expressions);
    this.asked++;
    this.shells.push(this.subshellId);
    if (this.subshellId) {
      // So it says of itself once this has ended, whatever it does beside.
      this.status = 'idle';
    }
    const { status, hazards = [] } = this.answers.shift()!;
    const result = { name: 't', status, engine: 'fork' };
    const text = JSON.stringify({ results: [result], hazards });
    const reply = {
      content: {
        status: 'ok',
        user_expressions: { [key]: { data: { 'text/plain': `'${text}'` } } }
      }
    };
    const future = {
      done: this.isSlow
        ? new Promise(resolve => (this._answer = () => resolve(reply)))
        : Promise.resolve(reply),
      onIOPub: (_: unknown): unknown => undefined
    };
    void Promise.resolve().then(() =>
      future.onIOPub({
        header: { msg_type: 'status' },
        content: { execution_state: 'busy' }
      })
    );
    return future;
  }

  interrupt(): Promise<void> {
    this.interrupted++;
    this._answer();
    return Promise.resolve();
  }

  setStatus(status: string): void {
    this.status = status;
    this.statusChanged.emit(status);
  }

  private _answer: () => void = () => undefined;
}

function item(name: string, cell = 'one'): ITestItem {
  const test = {
    title: name,
    name,
    source: 'assert x',
    timeout: null,
    engine: null,
    place: 0
  };
  return { cell, key: `${cell} ${name}`, test };
}

const T = item('t');

describe('running tests', () => {
  let kernel: AskedKernel;
  let model: IQualityModel;
  let results: TestResults;
  let runner: TestRunner;
  let cleanStatus: ITestResult['status'];
  let ranClean: string[][];
  let errors: unknown[];
  let records: { count: number; took: number | null }[];

  beforeEach(() => {
    records = [];
    kernel = new AskedKernel();
    results = new TestResults();
    cleanStatus = 'passed';
    ranClean = [];
    errors = [];
    model = {
      context: withKernel(
        [
          { id: 'one', source: 'x = 1' },
          { id: 'never', source: 'y = 1' }
        ],
        kernel as unknown as FakeKernel
      ),
      inspection: null,
      isDisposed: false,
      currentSource: () => 'x = 1',
      runs: {
        changed: new Signal({}),
        records,
        lastRun: (cell: string) =>
          cell === 'one' ? { count: 1, source: 'x = 1' } : null
      }
    } as unknown as IQualityModel;
    runner = new TestRunner({
      results,
      testRunner: () => Promise.resolve({ before: '', after: '' }),
      runClean: (_, items, onResult) => {
        ranClean.push(items.map(({ test }) => test.name));
        for (const one of items) {
          const { name } = one.test;
          onResult(
            one,
            resultOf({ name, status: cleanStatus, engine: 'clean' })
          );
        }
        return Promise.resolve();
      },
      mayRun: (_, items) => Promise.resolve(items),
      notRun: 'Did not run.',
      onError: error => errors.push(error)
    });
  });

  const verdicts = (of = T): ReturnType<TestResults['verdicts']> =>
    results.verdicts(model.context, of);

  it('keeps what came of them, and tells how far it is', async () => {
    kernel.answers = [{ status: 'passed' }, { status: 'failed' }];
    const seen: string[] = [];
    runner.changed.connect((_, context) => {
      const progress = runner.progress(context);
      seen.push(progress ? `${progress.done}/${progress.total}` : 'end');
    });
    await runner.run(model, [T, item('other')]);
    expect(verdicts().live?.result.status).toBe('passed');
    expect(verdicts(item('other')).live?.result.status).toBe('failed');
    expect(seen[0]).toBe('0/2');
    expect(seen).toContain('1/2');
    expect(seen[seen.length - 1]).toBe('end');
    expect(results.running(model.context, T)).toBeNull();
  });

  it('goes on from a clean start where a copy does not come to its end, and remembers it', async () => {
    kernel.answers = [{ status: 'timeout', hazards: ['It hangs.'] }];
    await runner.run(model, [T]);
    expect(verdicts()).toMatchObject({
      live: null,
      clean: { result: { status: 'passed', fell_back: 'timeout' } }
    });
    await runner.run(model, [T]);
    expect(kernel.asked).toBe(1);
    expect(verdicts().clean?.result.fell_back).toBe('timeout');
    // Of others nothing was seen.
    kernel.answers = [{ status: 'passed' }];
    await runner.run(model, [item('other')]);
    expect(kernel.asked).toBe(2);
  });

  it('does not hold against a copy what ends nowhere', async () => {
    cleanStatus = 'timeout';
    kernel.answers = [
      { status: 'timeout', hazards: ['It hangs.'] },
      { status: 'passed' }
    ];
    await runner.run(model, [T]);
    await runner.run(model, [T]);
    expect(kernel.asked).toBe(2);
    expect(verdicts().live?.result.status).toBe('passed');
  });

  it('asks a kernel that cannot be copied once', async () => {
    kernel.answers = [{ status: 'died' }];
    await runner.run(model, [T, item('other'), item('third')]);
    expect(kernel.asked).toBe(1);
    expect(ranClean).toEqual([['t'], ['other', 'third']]);
    expect(verdicts().clean?.result.fell_back).toBe('');
  });

  it('asks nothing about a cell that did not run', async () => {
    await runner.run(model, [item('t', 'never')]);
    expect(kernel.asked).toBe(0);
    expect(verdicts(item('t', 'never')).live?.result).toMatchObject({
      status: 'blocked',
      message: 'Did not run.'
    });
  });

  it('waits for a kernel that is busy', async () => {
    kernel.status = 'busy';
    kernel.answers = [{ status: 'passed' }];
    const run = runner.run(model, [T]);
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(kernel.asked).toBe(0);
    expect(runner.progress(model.context)?.isWaiting).toBe(true);
    kernel.setStatus('idle');
    await run;
    expect(verdicts().live?.result.status).toBe('passed');
  });

  it('runs beside a cell where it is wished, and says so until that has ended', async () => {
    kernel.status = 'busy';
    records.push({ count: 1, took: null });
    kernel.answers = [
      { status: 'failed' },
      { status: 'passed' },
      { status: 'passed' }
    ];
    const run = runner.run(model, [T, item('other')]);
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(runner.canRunMidway(model.context)).toBe(true);
    runner.runMidway(model.context);
    await run;
    expect(kernel.shells).toEqual(['shell 0', 'shell 1']);
    expect(kernel.open.size).toBe(0);
    expect(verdicts().live?.result).toMatchObject({
      status: 'failed',
      isMidway: true
    });
    expect(standingOf(model, T, verdicts()).isOutdated).toBe(false);
    // The next one is asked for while the cell still runs.
    const next = runner.run(model, [T]);
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(runner.progress(model.context)?.isWaiting).toBe(true);
    records[0] = { count: 1, took: 3 };
    expect(standingOf(model, T, verdicts()).isOutdated).toBe(true);
    (model.runs.changed as Signal<object, void>).emit();
    await next;
    expect(kernel.shells[2]).toBeNull();
    expect(verdicts().live?.result.isMidway).toBe(false);
  });

  it('waits for the cell where a copy does not come to its end beside it', async () => {
    kernel.status = 'busy';
    records.push({ count: 1, took: null });
    kernel.answers = [
      { status: 'died', hazards: ['It computes.'] },
      { status: 'passed' }
    ];
    const run = runner.run(model, [T]);
    await new Promise(resolve => setTimeout(resolve, 10));
    runner.runMidway(model.context);
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(runner.progress(model.context)?.isWaiting).toBe(true);
    records[0] = { count: 1, took: 3 };
    (model.runs.changed as Signal<object, void>).emit();
    await run;
    expect(kernel.shells).toEqual(['shell 0', null]);
    expect(ranClean).toEqual([]);
    expect(verdicts().live?.result).toMatchObject({
      status: 'passed',
      isMidway: false
    });
  });

  it('does not stop the cell that runs with the test beside it', async () => {
    kernel.status = 'busy';
    kernel.isSlow = true;
    kernel.answers = [{ status: 'passed' }];
    const run = runner.run(model, [T]);
    await new Promise(resolve => setTimeout(resolve, 10));
    runner.runMidway(model.context);
    await new Promise(resolve => setTimeout(resolve, 10));
    await runner.stop(model.context);
    await run;
    expect(kernel.interrupted).toBe(0);
    expect(verdicts()).toEqual({ live: null, clean: null });
    expect(errors).toEqual([]);
  });

  it('can be stopped, and runs none of the rest', async () => {
    kernel.isSlow = true;
    kernel.answers = [{ status: 'passed' }];
    const run = runner.run(model, [T, item('other')]);
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(results.running(model.context, T)?.phase).toBe('running');
    await runner.stop(model.context);
    await run;
    expect(kernel.interrupted).toBe(1);
    expect(verdicts()).toEqual({ live: null, clean: null });
    expect(results.running(model.context, item('other'))).toBeNull();
    expect(errors).toEqual([]);
  });

  it('tells of a test that could not be run, and goes on', async () => {
    kernel.answers = [{ status: 'passed' }, { status: 'passed' }];
    kernel.requestExecute = (ask => () => {
      kernel.requestExecute = ask;
      throw new Error('Gone.');
    })(kernel.requestExecute);
    await runner.run(model, [T, item('other')]);
    expect(errors).toHaveLength(1);
    expect(verdicts(item('other')).live?.result.status).toBe('passed');
  });
});
