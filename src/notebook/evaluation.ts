import type { Kernel } from '@jupyterlab/services';
import { KernelMessage } from '@jupyterlab/services';

/** A kernel that did not answer: it ended, was restarted, or gave the request up as code before it had failed. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  override readonly message = 'The kernel gave no answer.';
}

/** An expression that a kernel evaluates, and that can be given up. */
export interface IEvaluation {
  /** Its value, see `valueOf`. Also rejects when it was given up. */
  readonly reply: Promise<string>;
  /** Stops it, and nothing else that the kernel does. */
  cancel(): Promise<void>;
}

/** The future of a request to execute. */
export type ExecuteFuture = ReturnType<
  Kernel.IKernelConnection['requestExecute']
>;

/**
 * Asks a kernel for the values of expressions. No code is executed besides: nothing comes into the namespace, and the count
 * of runs stays.
 */
export function requestValues(
  kernel: Kernel.IKernelConnection,
  expressions: Readonly<Record<string, string>>
): ExecuteFuture {
  return kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    stop_on_error: false,
    user_expressions: expressions
  });
}

/** The key of the only expression of a request. */
const ONLY = 'value';

/** Asks a kernel for the value of an expression, see `valueOf`. */
export function requestValue(
  kernel: Kernel.IKernelConnection,
  expression: string
): ExecuteFuture {
  return requestValues(kernel, { [ONLY]: expression });
}

/**
 * The value that was asked for as the kernel displays it, a Python literal. Rejects with a `NoAnswerError`, or with what the
 * expression raised.
 */
export async function valueOf(future: ExecuteFuture): Promise<string> {
  let content: KernelMessage.IExecuteReplyMsg['content'];
  try {
    ({ content } = await future.done);
  } catch {
    throw new NoAnswerError();
  }
  if (content.status === 'aborted') {
    throw new NoAnswerError();
  }
  return textOf(
    content.status === 'ok' ? content.user_expressions[ONLY] : content
  );
}

/**
 * Has a kernel evaluate an expression.
 */
export function evaluate(
  kernel: Kernel.IKernelConnection,
  expression: string
): IEvaluation {
  const future = requestValue(kernel, expression);
  let isCancelled = false;
  let isRunning = false;
  future.onIOPub = async message => {
    if (KernelMessage.isStatusMsg(message)) {
      isRunning = message.content.execution_state === 'busy';
      if (isRunning && isCancelled) {
        await kernel.interrupt();
      }
    }
  };
  return {
    reply: valueOf(future).then(value => {
      if (isCancelled) {
        throw new Error('Cancelled.');
      }
      return value;
    }),
    cancel: async () => {
      isCancelled = true;
      // Before it begins, an interrupt would hit what a person runs.
      if (isRunning) {
        await kernel.interrupt();
      }
    }
  };
}

/**
 * The text of a value.
 *
 * @throws Error - With what was raised, where there is none.
 */
export function textOf(answer: unknown): string {
  const { data, evalue, ename } = (answer ?? {}) as {
    data?: Record<string, unknown>;
    ename?: string;
    evalue?: string;
  };
  const text = data?.['text/plain'];
  if (typeof text !== 'string') {
    throw new Error([ename, evalue].filter(Boolean).join(': '));
  }
  return text;
}
