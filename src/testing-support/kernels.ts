import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { KernelMessage } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import { makeContext } from './notebooks';

/** Seconds since 1970 at which the clock of the kernel for tests begins. */
export const START = 1_000_000;

/** How to run something, see `FakeKernel.run`. */
interface IRunOptions {
  /** The cell that this client runs; absent where another client asks for it. */
  cell?: string;
  /** Seconds that it takes; null for a run that does not end. */
  seconds?: number | null;
  isStored?: boolean;
}

/**
 * A connection to a kernel that says what a test wants it to say.
 *
 * Only for what no real kernel does on demand: the order of messages, a history that comes late or never.
 */
export class FakeKernel {
  constructor(readonly language = 'python') {}

  readonly id = 'kernel';
  readonly connectionStatus = 'connected';
  readonly anyMessage = new Signal<this, Kernel.IAnyMessageArgs>(this);
  readonly statusChanged = new Signal<this, Kernel.Status>(this);
  readonly connectionStatusChanged = new Signal<this, Kernel.ConnectionStatus>(
    this
  );
  readonly info = Promise.resolve({ language_info: { name: this.language } });

  /** What the process calls itself. */
  session = 'first';
  /** The time of its clock, in seconds after the start. */
  now = 0;
  /** What its history says; null for a kernel that has none. */
  history: string[] | null = [];
  /** Answers the question for the history. */
  answer: () => void = () => undefined;

  async requestHistory(): Promise<unknown> {
    const asked = new PromiseDelegate<void>();
    this.answer = () => asked.resolve();
    await asked.promise;
    return {
      header: { session: this.session },
      content: this.history
        ? {
            status: 'ok',
            history: this.history.map((text, index) => [0, index + 1, text])
          }
        : { status: 'error' }
    };
  }

  /** Runs a text; returns the id of the request. */
  run(code: string, options: IRunOptions = {}): string {
    const { cell, seconds = 1, isStored = true } = options;
    const request =
      KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
        msgType: 'execute_request',
        channel: 'shell',
        session: 'client',
        content: { code, store_history: isStored },
        metadata: { cellId: cell ?? null }
      });
    if (cell !== undefined) {
      this.anyMessage.emit({ msg: request, direction: 'send' });
    }
    const parent = request.header;
    const count = (this.history?.length ?? 0) + 1;
    this.say('execute_input', { code, execution_count: count }, parent);
    if (isStored) {
      this.history?.push(code.replace(/\n+$/, ''));
    }
    if (seconds !== null) {
      this.end(parent, seconds);
    }
    return parent.msg_id;
  }

  /** Ends what runs. */
  end(parent: { msg_id: string }, seconds: number): void {
    this.now += seconds;
    this.say('status', { execution_state: 'idle' }, parent);
  }

  /** Another process takes the place, and its first message tells. */
  replace(): void {
    this.session = 'second';
    this.history = [];
    this.say('status', { execution_state: 'starting' }, {});
  }

  /** Sends a message to all clients. */
  say(type: string, content: unknown, parent: unknown): void {
    const msg = {
      header: {
        msg_type: type,
        msg_id: `${type}-${this.now}`,
        session: this.session,
        date: new Date((START + this.now) * 1_000).toISOString()
      },
      parent_header: parent,
      metadata: {},
      content,
      channel: 'iopub'
    } as unknown as KernelMessage.IMessage;
    this.anyMessage.emit({ msg, direction: 'recv' });
  }
}

/** A notebook that is connected to a kernel. */
export function withKernel(
  cells: Parameters<typeof makeContext>[0],
  kernel: FakeKernel | null
): DocumentRegistry.IContext<INotebookModel> {
  const context = makeContext(cells);
  Object.assign(context.sessionContext, { session: { kernel } });
  return context;
}
