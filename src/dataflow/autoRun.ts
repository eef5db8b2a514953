import type { NotebookPanel } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import type { Notebook } from '@jupyterlab/notebook';
import type { Cell } from '@jupyterlab/cells';

import type { IQualitySettings, IQualityTracker } from '../tokens';
import { freshStaleness } from './freshStaleness';
import type { CellRunner } from './runner';

/** How long after a run the next one may begin that belongs to it, as when all cells are run, in milliseconds. */
const PAUSE = 100;

/**
 * Runs stale cells after each run of the person's, where the settings wish so: those that use what ran, each once.
 * What runs so starts nothing further, and neither do the commands that run cells with others.
 */
export class AutoRun {
  constructor(
    private readonly _tracker: IQualityTracker,
    private readonly _runner: CellRunner,
    private readonly _settings: IQualitySettings
  ) {
    // Only the application's own commands tell of this: our runs do not.
    NotebookActions.executed.connect(this._onExecuted, this);
  }

  dispose(): void {
    NotebookActions.executed.disconnect(this._onExecuted, this);
  }

  private _onExecuted(
    _: unknown,
    args: { notebook: Notebook; cell: Cell; success: boolean }
  ): void {
    const { notebook, cell, success } = args;
    if (!this._settings.autoRun || cell.model.type !== 'code') {
      return;
    }
    const panel = this._panelOf(notebook);
    if (!panel) {
      return;
    }
    if (!success) {
      this._ran.delete(panel);
      return;
    }
    const ran = this._ran.get(panel) ?? new Set();
    this._ran.set(panel, ran.add(cell.model.id));
    window.setTimeout(() => void this._follow(panel), PAUSE);
  }

  private async _follow(panel: NotebookPanel): Promise<void> {
    const ran = this._ran.get(panel);
    if (
      !ran ||
      panel.isDisposed ||
      panel.content.widgets.some(isRunning) ||
      this._runner.running(panel.context)
    ) {
      // More of the same run is under way; its end comes here again.
      return;
    }
    this._ran.delete(panel);
    const known = await freshStaleness(this._tracker.modelOf(panel));
    if (known?.cells && this._settings.autoRun) {
      await this._runner.run(panel, known.plan.staleUsers(Array.from(ran)), {
        isAutomatic: true
      });
    }
  }

  private _panelOf(notebook: Notebook): NotebookPanel | null {
    let found: NotebookPanel | null = null;
    this._tracker.forEach(panel => {
      found = panel.content === notebook ? panel : found;
    });
    return found;
  }

  private readonly _ran = new Map<NotebookPanel, Set<string>>();
}

function isRunning({ model }: Cell): boolean {
  return (
    model.type === 'code' &&
    (model as { executionState?: string }).executionState === 'running'
  );
}
