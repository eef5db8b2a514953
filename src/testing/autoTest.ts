import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';

import type { IQualitySettings, IQualityTracker } from '../tokens';
import { testsOf } from './items';
import type { Testing } from './testing';

/** How long after a run its tests begin, in milliseconds: the kernel tells of the run first. */
const PAUSE = 100;

/** Runs the tests of a cell after each run of it, where the settings wish so. */
export class AutoTest {
  constructor(
    private readonly _tracker: IQualityTracker,
    private readonly _testing: Testing,
    private readonly _settings: IQualitySettings
  ) {
    NotebookActions.executed.connect(this._onExecuted, this);
  }

  private _onExecuted(
    _: unknown,
    args: { notebook: Notebook; cell: Cell; success: boolean }
  ): void {
    const { notebook, cell, success } = args;
    if (!this._settings.autoTest || !success || cell.model.type !== 'code') {
      return;
    }
    const { id } = cell.model;
    this._tracker.forEach((panel, model) => {
      if (panel.content === notebook) {
        window.setTimeout(() => {
          if (!panel.isDisposed && this._testing.obstacle(model, null) === '') {
            void this._testing.runner.run(
              model,
              testsOf(model.context).filter(item => item.cell === id),
              { isAutomatic: true }
            );
          }
        }, PAUSE);
      }
    });
  }
}
