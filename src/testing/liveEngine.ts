import type { Kernel, KernelMessage } from '@jupyterlab/services';

import type { RunReply, RunRequest, TestRunner } from '../api/types';
import type { Engine, ICellTest } from './cellTests';
import type { ITestResult } from './verdicts';
import { resultOf } from './verdicts';

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
 * @param runner - What runs tests, from the server.
 */
export function runInKernel(
  kernel: Kernel.IKernelConnection,
  runner: TestRunner,
  test: ICellTest,
  engine: Exclude<Engine, 'clean'>
): ILiveRun {
  const future = ask(kernel, runner, test, engine);
  let isCancelled = false;
  return {
    reply: future.done.then(reply => {
      if (isCancelled) {
        throw new Error('Cancelled.');
      }
      return answerOf(reply);
    }),
    cancel: async () => {
      isCancelled = true;
      // Its reply is waited for all the same: the next request would be taken for this one.
      await kernel.interrupt();
    }
  };
}

/**
 * Runs a test in a forked child of a kernel while that runs something else: through a shell of its own.
 *
 * @param runner - What runs tests, from the server.
 */
export function runBeside(
  kernel: Kernel.IKernelConnection,
  runner: TestRunner,
  test: ICellTest
): ILiveRun {
  let giveUp: () => void = () => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error('Cancelled.'));
  });
  return {
    reply: Promise.race([askBeside(kernel, runner, test), cancelled]),
    cancel: () => {
      // An interrupt would end the cell that runs; the child ends by itself, when its time is over.
      giveUp();
      return Promise.resolve();
    }
  };
}

async function askBeside(
  kernel: Kernel.IKernelConnection,
  runner: TestRunner,
  test: ICellTest
): Promise<ILiveReply> {
  const { content } = await kernel.requestCreateSubshell({}).done;
  const { subshell_id: shell } = content as { subshell_id?: string };
  if (!shell) {
    return decoded(content);
  }
  const before = kernel.subshellId;
  let future: Kernel.IShellFuture<
    KernelMessage.IExecuteRequestMsg,
    KernelMessage.IExecuteReplyMsg
  >;
  try {
    // A request goes to the shell that is set while it is made.
    kernel.subshellId = shell;
    future = ask(kernel, runner, test, 'fork');
  } finally {
    kernel.subshellId = before;
  }
  try {
    return answerOf(await future.done);
  } finally {
    if (!kernel.isDisposed) {
      void kernel.requestDeleteSubshell({ subshell_id: shell });
    }
  }
}

function ask(
  kernel: Kernel.IKernelConnection,
  runner: TestRunner,
  test: ICellTest,
  engine: Exclude<Engine, 'clean'>
): Kernel.IShellFuture<
  KernelMessage.IExecuteRequestMsg,
  KernelMessage.IExecuteReplyMsg
> {
  return kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: { [ASKED]: expressionFor(runner, test, engine) }
  });
}

function answerOf({ content }: KernelMessage.IExecuteReplyMsg): ILiveReply {
  return decoded(
    content.status === 'ok' ? content.user_expressions[ASKED] : content
  );
}

/** The expression whose value is the answer, as a kernel evaluates it. */
export function expressionFor(
  { before, after }: TestRunner,
  { name, source, timeout }: ICellTest,
  engine: Exclude<Engine, 'clean'>
): string {
  const request: RunRequest = {
    tests: [{ name, source, timeout: timeout ?? 0 }],
    engine
  };
  // What JSON calls a string is one in Python too.
  return `${before}${JSON.stringify(JSON.stringify(request))}${after}`;
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
  const { results, hazards } = JSON.parse(unquoted(text)) as RunReply;
  return { result: resultOf(results[0]), hazards };
}

/** The text that a Python string in quotes stands for, where that text is JSON in ASCII. */
function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}
