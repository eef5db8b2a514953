import type { ISessionContextDialogs } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type {
  INotebookCellExecutor,
  INotebookModel,
  NotebookPanel
} from '@jupyterlab/notebook';
import { runCell } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import { hasKernel } from '../notebook/kernel';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** Cells that run one after the other. */
export interface IRun {
  /** The ids of all of them, in order. */
  readonly cells: readonly string[];
  /** The id of the one that runs. */
  readonly current: string;
  /** Nobody asked for it: it followed a run of the person's, as the settings wish. */
  readonly isAutomatic: boolean;
}

/** How to run cells. */
export interface IRunOptions {
  readonly isAutomatic?: boolean;
}

/** What running needs of the world. */
export interface ICellRunnerOptions {
  /** What runs a cell in this application; JupyterLab's own where there is none. */
  executor: INotebookCellExecutor | null;
  dialogs: ISessionContextDialogs | null;
  translator: ITranslator;
}

/**
 * Runs cells, one after the other, as JupyterLab runs them; stops at the first that fails, and leaves those after it as
 * they are. The active cell, the focus and what is in sight stay.
 */
export class CellRunner {
  constructor(private readonly _options: ICellRunnerOptions) {}

  /** What runs in a notebook; null where nothing does that was asked for here. */
  running(context: Context): IRun | null {
    return this._runs.get(context) ?? null;
  }

  /** The id of the cell that the last run stopped at, as it failed; null where it came to its end. */
  failed(context: Context): string | null {
    return this._failed.get(context) ?? null;
  }

  /** Something began to run, or ended. */
  get changed(): ISignal<CellRunner, Context> {
    return this._changed;
  }

  /**
   * Runs cells in the order given. Does nothing while cells run that were asked for before, and without a kernel.
   *
   * @returns Whether all of them ran without an error.
   */
  async run(
    panel: NotebookPanel,
    cells: readonly string[],
    options: IRunOptions = {}
  ): Promise<boolean> {
    const { context, sessionContext } = panel;
    if (
      cells.length === 0 ||
      this._runs.has(context) ||
      !hasKernel(sessionContext)
    ) {
      return false;
    }
    const { isAutomatic = false } = options;
    const kernel = sessionContext.session?.kernel;
    let hasRun = true;
    this._failed.delete(context);
    try {
      for (const current of cells) {
        this._runs.set(context, { cells, current, isAutomatic });
        this._changed.emit(context);
        hasRun = await this._runCell(panel, current);
        const isStopped =
          this._stopped.has(context) ||
          panel.isDisposed ||
          sessionContext.session?.kernel !== kernel;
        if (!hasRun || isStopped) {
          hasRun = false;
          break;
        }
      }
    } finally {
      this._runs.delete(context);
      this._stopped.delete(context);
      this._changed.emit(context);
    }
    return hasRun;
  }

  /** Interrupts the kernel, and runs none of the cells that were to come. */
  async stop(context: Context): Promise<void> {
    if (this._runs.has(context)) {
      this._stopped.add(context);
      await context.sessionContext.session?.kernel?.interrupt();
    }
  }

  /** Runs one cell; false where it is gone, failed, or was not run. */
  private async _runCell(panel: NotebookPanel, id: string): Promise<boolean> {
    const notebook = panel.content;
    const cell = notebook.widgets.find(({ model }) => model.id === id);
    if (!cell || cell.model.type !== 'code' || !notebook.model) {
      return false;
    }
    const { executor, dialogs, translator } = this._options;
    try {
      return await (executor?.runCell.bind(executor) ?? runCell)({
        cell,
        notebook: notebook.model,
        notebookConfig: notebook.notebookConfig,
        onCellExecuted: () => undefined,
        onCellExecutionScheduled: () => undefined,
        sessionContext: panel.sessionContext,
        sessionDialogs: dialogs ?? undefined,
        translator
      });
    } catch (error) {
      if (mayFail(cell as CodeCell)) {
        return true;
      }
      if (!cell.isDisposed) {
        this._failed.set(panel.context, id);
      }
      // What a kernel says of its own code stands in the output.
      if (
        !(error instanceof Error) ||
        !error.message.startsWith('KernelReplyNotOK')
      ) {
        console.warn('A cell could not be run.', error);
      }
      return false;
    }
  }

  private readonly _runs = new Map<Context, IRun>();
  private readonly _stopped = new Set<Context>();
  private readonly _failed = new WeakMap<Context, string>();
  private _changed = new Signal<CellRunner, Context>(this);
}

/** Whether a cell says of itself that it may raise. */
function mayFail(cell: CodeCell): boolean {
  const tags: unknown = cell.model.getMetadata('tags');
  return Array.isArray(tags) && tags.includes('raises-exception');
}
