import { Signal } from '@lumino/signaling';

import type {
  Verdict,
  VerifyLine,
  VerifyRequest,
  WorldEffect
} from '../api/types';
import { makeSnapshot } from '../testing-support/notebooks';
import type { IPreviewed, PreviewStatus } from './preview';
import type { IQuickResult } from './quickCheck';
import type { IVerifiable, IVerificationOptions } from './verification';
import { Verification } from './verification';

const IDENTICAL: Verdict = {
  state: 'identical',
  reason: '',
  differences: [],
  undecided: [],
  cells: 2,
  seconds: 1
};

const NETWORK: WorldEffect = {
  cell: 'a',
  kind: 'network',
  what: '',
  stays_inside: false
};

const UNKNOWN: Verdict = {
  ...IDENTICAL,
  state: 'could-not-run',
  reason: 'It writes a file.'
};

/** A preview whose answers come when the test wants. */
class FakePreview implements IVerifiable {
  status: PreviewStatus = 'ready';
  previewed: IPreviewed = previewed('first');
  readonly changed: Signal<IVerifiable, void> = new Signal(this);

  edit(): void {
    this.status = 'asking';
    this.changed.emit();
  }

  answer(name: string): void {
    this.status = 'ready';
    this.previewed = previewed(name);
    this.changed.emit();
  }
}

function previewed(name: string): IPreviewed {
  return {
    answer: {
      kind: 'extraction',
      plan: { title: name, operations: [] },
      name,
      parameters: [],
      returns: [],
      loses: ['gone'],
      function: '',
      call: '',
      details: [],
      warnings: []
    },
    snapshot: makeSnapshot([{ id: 'a', source: 'x = 1' }]),
    texts: new Map()
  };
}

interface IAsked {
  readonly request: VerifyRequest;
  readonly signal: AbortSignal;
  readonly tell: (line: VerifyLine) => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

describe('a verification', () => {
  let preview: FakePreview;
  let asked: IAsked[];
  let verification: Verification;

  const made = (options: IVerificationOptions = {}): Verification =>
    new Verification(
      preview,
      {
        verify: (request, tell, signal) =>
          new Promise((end, fail) => {
            asked.push({ request, tell, signal: signal!, end, fail });
          })
      },
      'It broke.',
      options
    );

  beforeEach(() => {
    preview = new FakePreview();
    asked = [];
    verification = made();
  });

  afterEach(() => verification.dispose());

  const settle = (): Promise<void> =>
    new Promise(resolve => setTimeout(resolve));
  const finish = async (line: VerifyLine): Promise<void> => {
    const { tell, end } = asked[asked.length - 1];
    tell(line);
    end();
    await settle();
  };

  it('never runs unasked', () => {
    preview.edit();
    preview.answer('second');
    expect(asked).toEqual([]);
    expect(verification.state.kind).toBe('none');
  });

  it('runs unasked where that is wanted', () => {
    verification.dispose();
    verification = made({ isAlways: true });
    preview.edit();
    preview.answer('second');
    expect(asked).toHaveLength(1);
    verification.stop();
    preview.edit();
    preview.answer('third');
    expect(asked).toHaveLength(1);
  });

  it('asks once before it takes long', () => {
    verification.dispose();
    verification = made({ isAlways: true, lastTook: () => 61 });
    preview.answer('second');
    expect(verification.state).toEqual({ kind: 'long', seconds: 61 });
    expect(verification.isAwaited).toBe(false);
    expect(asked).toHaveLength(0);
    verification.wait();
    expect(asked).toHaveLength(1);
    preview.edit();
    preview.answer('third');
    expect(asked).toHaveLength(2);
  });

  it('tells how far it is, and what came of it', async () => {
    verification.start();
    expect(asked[0].request).toMatchObject({
      plan: { title: 'first' },
      lost: ['gone'],
      consent: false
    });
    expect(verification.isAwaited).toBe(true);
    asked[0].tell({ kind: 'progress', share: 0.5, label: 'Running' });
    expect(verification.state).toMatchObject({ share: 0.5, label: 'Running' });
    expect(verification.isIdentical).toBe(false);
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    expect(verification.isIdentical).toBe(true);
    expect(verification.isDifferent).toBe(false);
    expect(verification.isAwaited).toBe(false);
  });

  it('is of what is shown: an edit takes it back, and it runs again', async () => {
    verification.start();
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    preview.edit();
    expect(verification.state.kind).toBe('none');
    expect(asked).toHaveLength(1);
    preview.answer('second');
    expect(asked).toHaveLength(2);
    expect(asked[1].request.plan.title).toBe('second');
    // What was asked before says nothing of it.
    preview.edit();
    expect(asked[1].signal.aborted).toBe(true);
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    expect(verification.isIdentical).toBe(false);
  });

  it('does not start again once it was stopped', () => {
    verification.start();
    verification.stop();
    expect(asked[0].signal.aborted).toBe(true);
    expect(verification.state.kind).toBe('none');
    preview.edit();
    preview.answer('second');
    expect(asked).toHaveLength(1);
  });

  it('goes on when nobody waits for it', async () => {
    verification.start();
    verification.skip();
    expect(verification.isAwaited).toBe(false);
    asked[0].tell({ kind: 'progress', share: 0.5, label: '' });
    expect(verification.isAwaited).toBe(false);
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    expect(verification.isIdentical).toBe(true);
  });

  it('asks once for what it reaches, and again for what comes on top', async () => {
    verification.start();
    await finish({ kind: 'consent', effects: [NETWORK] });
    expect(verification.state).toEqual({ kind: 'consent', effects: [NETWORK] });
    expect(asked).toHaveLength(1);
    verification.consent();
    // The server says again what it reaches, as the notebook may have changed.
    await finish({ kind: 'consent', effects: [NETWORK] });
    expect(asked.map(({ request }) => request.consent)).toEqual([
      false,
      false,
      true
    ]);
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    expect(verification.isIdentical).toBe(true);

    preview.edit();
    preview.answer('second');
    const more = [NETWORK, { ...NETWORK, cell: 'b' }];
    await finish({ kind: 'consent', effects: more });
    expect(verification.state).toEqual({ kind: 'consent', effects: more });
    expect(asked).toHaveLength(4);
  });

  it('says when it failed', async () => {
    verification.start();
    asked[0].fail(new Error('The server is gone.'));
    await settle();
    expect(verification.state).toEqual({
      kind: 'failed',
      isQuick: false,
      message: 'The server is gone.'
    });
    verification.start();
    await finish({ kind: 'failed', message: 'See the log.' });
    expect(verification.state).toMatchObject({ message: 'See the log.' });
    verification.start();
    await finish({ kind: 'progress', share: 0.5, label: '' });
    expect(verification.state).toMatchObject({ message: 'It broke.' });
  });

  it('ends with the dialog', async () => {
    verification.start();
    verification.dispose();
    expect(asked[0].signal.aborted).toBe(true);
    await finish({ kind: 'verdict', verdict: IDENTICAL });
    expect(verification.isIdentical).toBe(false);
  });

  describe('in the live kernel', () => {
    /** What was asked of it, and how it ends. */
    let checks: {
      readonly signal: AbortSignal;
      readonly wait: (isWaiting: boolean) => void;
      readonly end: (result: IQuickResult) => void;
      readonly fail: (error: Error) => void;
    }[];
    let isAtOnce: boolean;
    const fresh = (verdict: Verdict): IQuickResult => ({ verdict, stale: [] });

    const withQuick = (options: IVerificationOptions = {}): void => {
      verification.dispose();
      verification = made({
        ...options,
        quick: {
          obstacle: '',
          get isAtOnce() {
            return isAtOnce;
          },
          changed: new Signal({}),
          run: (_, wait, signal) =>
            new Promise((end, fail) => {
              checks.push({ signal, wait, end, fail });
            })
        }
      });
    };

    beforeEach(() => {
      checks = [];
      isAtOnce = true;
    });

    it('compares what changes, and again after an edit', async () => {
      withQuick();
      verification.start('quick');
      checks[0].wait(true);
      expect(verification.state).toMatchObject({
        kind: 'running',
        isQuick: true,
        isWaiting: true
      });
      checks[0].end(fresh(IDENTICAL));
      await settle();
      expect(verification.isIdentical).toBe(true);
      expect(verification.state).toMatchObject({ isQuick: true });
      preview.edit();
      preview.answer('second');
      expect(checks).toHaveLength(2);
      verification.stop();
      expect(checks[1].signal.aborted).toBe(true);
      checks[1].fail(new Error('Cancelled.'));
      await settle();
      expect(verification.state.kind).toBe('none');
      expect(asked).toEqual([]);
    });

    it('that cannot run says why, and runs nothing else unasked', async () => {
      withQuick();
      verification.start('quick');
      checks[0].end(fresh(UNKNOWN));
      await settle();
      expect(verification.state).toMatchObject({ verdict: UNKNOWN });
      verification.start('quick');
      checks[1].fail(new Error('The kernel gave no answer.'));
      await settle();
      expect(verification.state).toEqual({
        kind: 'failed',
        isQuick: true,
        message: 'The kernel gave no answer.'
      });
      expect(asked).toEqual([]);
    });

    it('comes first where it is always wanted, and may be enough', async () => {
      withQuick({ isAlways: true, lastTook: () => 61 });
      preview.answer('second');
      checks[0].end(fresh(IDENTICAL));
      await settle();
      expect(verification.isIdentical).toBe(true);
      expect(asked).toEqual([]);
    });

    it.each<[string, IQuickResult | Error]>([
      ['could not run', fresh(UNKNOWN)],
      ['failed', new Error('Gone.')],
      ['ran on what is stale', { verdict: IDENTICAL, stale: ['a'] }]
    ])(
      'is followed by the whole where it %s, and that is always wanted',
      async (_, result) => {
        withQuick({ isAlways: true });
        preview.answer('second');
        verification.skip();
        if (result instanceof Error) {
          checks[0].fail(result);
        } else {
          checks[0].end(result);
        }
        await settle();
        expect(asked).toHaveLength(1);
        // Who did not wait for the one does not for the other.
        expect(verification.isAwaited).toBe(false);
        await finish({ kind: 'verdict', verdict: IDENTICAL });
        expect(verification.state).toMatchObject({ isQuick: false });
      }
    );

    it('asks before the whole takes long', async () => {
      withQuick({ isAlways: true, lastTook: () => 61 });
      preview.answer('second');
      checks[0].end(fresh(UNKNOWN));
      await settle();
      expect(verification.state).toEqual({ kind: 'long', seconds: 61 });
      verification.wait();
      expect(checks).toHaveLength(1);
      expect(asked).toHaveLength(1);
    });

    it('is left out by itself while the kernel is busy', () => {
      isAtOnce = false;
      withQuick({ isAlways: true });
      preview.answer('second');
      expect(checks).toEqual([]);
      expect(asked).toHaveLength(1);
    });
  });
});
