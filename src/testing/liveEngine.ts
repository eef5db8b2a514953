import type { Kernel } from '@jupyterlab/services';

import { textHash } from '../notebook/textHash';
import type { Engine, ICellTest } from './cellTests';
import type { ITestResult } from './verdicts';

/** What a kernel answers about a test. */
export interface ILiveReply {
  readonly result: ITestResult;
  /** What was seen that makes forking a bad choice, a sentence each. */
  readonly hazards: readonly string[];
}

/** A request to a kernel that can be given up. */
export interface ILiveRun {
  readonly reply: Promise<ILiveReply>;
  /** Stops it, if it runs. */
  cancel(): Promise<void>;
}

/** The key of our question among the expressions of a request. */
const ASKED = 'test';

/**
 * Runs a test in a kernel: in a forked child of it, or in itself. Nothing comes into the namespace, and the count of runs
 * stays.
 *
 * @param runner - The text that runs tests, from the server.
 */
export function runInKernel(
  kernel: Kernel.IKernelConnection,
  runner: string,
  test: ICellTest,
  engine: Exclude<Engine, 'clean'>
): ILiveRun {
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { [ASKED]: expressionFor(runner, test, engine) }
  });
  let isCancelled = false;
  return {
    reply: future.done.then(({ content }) => {
      if (isCancelled) {
        throw new Error('Cancelled.');
      }
      return decoded(
        content.status === 'ok' ? content.user_expressions[ASKED] : content
      );
    }),
    cancel: async () => {
      isCancelled = true;
      // Its reply is waited for all the same: the next request would be taken for this one.
      await kernel.interrupt();
    }
  };
}

/**
 * The expression whose value is the answer, as a kernel evaluates it. The runner is kept among the kernel's modules, so
 * that it is compiled once.
 */
export function expressionFor(
  runner: string,
  { name, source, timeout }: ICellTest,
  engine: Exclude<Engine, 'clean'>
): string {
  const request = {
    tests: [{ name, source, timeout: timeout ?? 0 }],
    engine,
    pytest: 'auto',
    coverage: false,
    cells: {}
  };
  // What JSON calls a string is one in Python too.
  const module = JSON.stringify(`_nbquality_tests_${textHash(runner)}`);
  const asked = `__import__('json').loads(${JSON.stringify(JSON.stringify(request))})`;
  return (
    `(lambda b, s: (s.modules.get(${module}) or (lambda m: (b.exec(b.compile(${JSON.stringify(runner)}, ` +
    `'<nbquality tests>', 'exec'), m.__dict__), s.modules.__setitem__(${module}, m), m)[2])` +
    `(b.type(s)(${module}))).run(b.globals(), ${asked}))` +
    `(__import__('builtins'), __import__('sys'))`
  );
}

/**
 * Reads an answer.
 *
 * @throws Error - With a sentence, where it is none.
 */
export function decoded(answer: unknown): ILiveReply {
  const { data, evalue, ename } = (answer ?? {}) as {
    data?: Record<string, unknown>;
    ename?: string;
    evalue?: string;
  };
  const text = data?.['text/plain'];
  if (typeof text !== 'string') {
    throw new Error([ename, evalue].filter(Boolean).join(': '));
  }
  const reply = JSON.parse(unquoted(text)) as {
    results: Partial<ITestResult>[];
    hazards: string[];
  };
  return {
    result: { fell_back: '', ...reply.results[0] } as ITestResult,
    hazards: reply.hazards
  };
}

/** The text that a Python string in quotes stands for, where that text is JSON in ASCII. */
function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}
