import type { Kernel, KernelMessage } from '@jupyterlab/services';

/** A run of which the kernel told all its clients. */
export interface IBegunRun {
  /** The id of the request. */
  readonly request: string;
  /** The text that runs. */
  readonly source: string;
  readonly count: number;
  /** Seconds since 1970, by the kernel's clock; null where the kernel gives no time. */
  readonly started: number | null;
  /** The id of the cell, where this client asked for the run; else null. */
  readonly cell: string | null;
}

/** What a `KernelWatch` tells. */
export interface IKernelListener {
  /** Something runs, whoever asked for it. */
  began(run: IBegunRun): void;
  /** A request is done with, also one that ran no code. */
  ended(request: string, at: number | null): void;
  /** Another process answers than before: what ran is gone. */
  restarted(): void;
  /** Messages may have been missed. */
  reconnected(): void;
  /** The kernel died. */
  died(): void;
}

/** What only the process of a kernel can say. */
const OF_PROCESS: ReadonlySet<string> = new Set([
  'execute_input',
  'execute_reply',
  'history_reply',
  'kernel_info_reply'
]);

/**
 * Listens to the messages of a kernel.
 *
 * Those of other clients' requests arrive here as well, except for the requests themselves.
 */
export class KernelWatch {
  constructor(
    readonly kernel: Kernel.IKernelConnection,
    private readonly _listener: IKernelListener
  ) {
    kernel.anyMessage.connect(this._onMessage, this);
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
  }

  /** What the process that answers calls itself; empty until it said something. */
  get session(): string {
    return this._session;
  }

  dispose(): void {
    this.kernel.anyMessage.disconnect(this._onMessage, this);
    this.kernel.statusChanged.disconnect(this._onStatus, this);
    this.kernel.connectionStatusChanged.disconnect(this._onConnection, this);
  }

  private _onMessage(
    _: unknown,
    { msg, direction }: Kernel.IAnyMessageArgs
  ): void {
    if (direction === 'send') {
      this._onSent(msg);
    } else {
      if (isOfProcess(msg)) {
        this._onSession(msg.header.session);
      }
      this._onReceived(msg);
    }
  }

  private _onSent(msg: KernelMessage.IMessage): void {
    if (msg.header.msg_type !== 'execute_request') {
      return;
    }
    const { silent = false, store_history: stores = !silent } =
      msg.content as KernelMessage.IExecuteRequestMsg['content'];
    const { cellId } = msg.metadata;
    this._own.set(msg.header.msg_id, {
      isKept: stores && !silent,
      cell: typeof cellId === 'string' ? cellId : null
    });
  }

  private _onReceived(msg: KernelMessage.IMessage): void {
    const request = parentOf(msg);
    if (msg.channel !== 'iopub' || !request) {
      return;
    }
    if (msg.header.msg_type === 'execute_input') {
      const { code, execution_count: count } =
        msg.content as KernelMessage.IExecuteInputMsg['content'];
      const own = this._own.get(request);
      // What leaves no trace in the history, as a look at the variables, is nobody's cell.
      if (own?.isKept !== false && code.trim() && typeof count === 'number') {
        this._listener.began({
          request,
          source: code,
          count,
          started: timeOf(msg),
          cell: own?.cell ?? null
        });
      }
    } else if (
      msg.header.msg_type === 'status' &&
      (msg.content as KernelMessage.IStatusMsg['content']).execution_state ===
        'idle'
    ) {
      this._own.delete(request);
      this._listener.ended(request, timeOf(msg));
    }
  }

  /** A process keeps its session; after a restart, whoever asked for it, another one speaks. */
  private _onSession(session: string): void {
    if (!session || session === this._session) {
      return;
    }
    const isFirst = this._session === '';
    this._session = session;
    if (!isFirst) {
      this._listener.restarted();
    }
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._own.clear();
      this._session = '';
      this._listener.restarted();
    } else if (status === 'dead') {
      this._listener.died();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      this._listener.reconnected();
    }
  }

  private _session = '';
  /** What this client asked for and is not done yet. */
  private readonly _own = new Map<
    string,
    { readonly isKept: boolean; readonly cell: string | null }
  >();
}

/** The time of a message, in seconds since 1970. */
function timeOf(msg: KernelMessage.IMessage): number | null {
  const time = Date.parse(msg.header.date);
  return Number.isNaN(time) ? null : time / 1000;
}

function parentOf(msg: KernelMessage.IMessage): string {
  return 'msg_id' in msg.parent_header ? msg.parent_header.msg_id : '';
}

/**
 * Whether the process of the kernel says this for certain. A server tells the status in its place when that died, and
 * some servers at other times.
 */
function isOfProcess(msg: KernelMessage.IMessage): boolean {
  return msg.header.msg_type === 'status'
    ? (msg.content as KernelMessage.IStatusMsg['content']).execution_state ===
        'starting'
    : OF_PROCESS.has(msg.header.msg_type);
}
