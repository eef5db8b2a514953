import type { Kernel } from '@jupyterlab/services';

import type { RunReply, RunRequest, TestRunner } from '../api/types';
import type { ExecuteFuture } from '../notebook/evaluation';
import {
  evaluate,
  requestValue,
  textOf,
  valueOf
} from '../notebook/evaluation';
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
  // Once it is cancelled its reply is waited for all the same: the next request would be taken for this one.
  const { reply, cancel } = evaluate(
    kernel,
    expressionFor(runner, test, engine)
  );
  return { reply: reply.then(decoded), cancel };
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
    return decoded(textOf(content));
  }
  const before = kernel.subshellId;
  let future: ExecuteFuture;
  try {
    // A request goes to the shell that is set while it is made.
    kernel.subshellId = shell;
    future = requestValue(kernel, expressionFor(runner, test, 'fork'));
  } finally {
    kernel.subshellId = before;
  }
  try {
    return decoded(await valueOf(future));
  } finally {
    if (!kernel.isDisposed) {
      void kernel.requestDeleteSubshell({ subshell_id: shell });
    }
  }
}

/** The expression whose value is the answer, as a kernel evaluates it. */
export function expressionFor(
  { before, after }: TestRunner,
  { name, source, timeout, marks = [] }: ICellTest,
  engine: Exclude<Engine, 'clean'>
): string {
  const request: RunRequest = {
    tests: [{ name, source, timeout: timeout ?? 0, marks: [...marks] }],
    engine
  };
  // What JSON calls a string is one in Python too.
  return `${before}${JSON.stringify(JSON.stringify(request))}${after}`;
}

/** Reads an answer, as the kernel displays it. */
export function decoded(text: string): ILiveReply {
  const { results, hazards } = JSON.parse(unquoted(text)) as RunReply;
  return { result: resultOf(results[0]), hazards };
}

/** The text that a Python string in quotes stands for, where that text is JSON in ASCII. */
function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}
