import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs } from '@jupyterlab/apputils';
import { INotebookCellExecutor } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPanelRegistry, IQualitySettings, IQualityTracker } from '../tokens';
// Notebooks, and the panel, may be open from the start.
/* eslint-disable jupyter/prefer-lazy-imports */
import { AutoRun } from './autoRun';
import { CommandIDs } from './commandIds';
import { StaleMarks } from './marks';
import { registerDataflow } from './register';
import { addRunCommands } from './runCommands';
import { CellRunner } from './runner';
/* eslint-enable jupyter/prefer-lazy-imports */
import { ICellRunner } from './tokens';

/**
 * Runs cells for the panel and the commands.
 */
export const cellRunnerPlugin: JupyterFrontEndPlugin<ICellRunner> = {
  id: 'jupyter-nbquality:runner',
  description: 'Runs cells with those they need.',
  autoStart: true,
  provides: ICellRunner,
  optional: [INotebookCellExecutor, ISessionContextDialogs, ITranslator],
  activate: (
    _,
    executor: INotebookCellExecutor | null,
    dialogs: ISessionContextDialogs | null,
    translator: ITranslator | null
  ) =>
    new CellRunner({
      executor,
      dialogs,
      translator: translator ?? nullTranslator
    })
};

/**
 * What cells need of each other, in the panel.
 */
export const dataflowSectionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:dependencies',
  description:
    'Shows what cells need of each other in the Notebook Quality panel.',
  autoStart: true,
  requires: [IPanelRegistry, IQualityTracker, ICellRunner],
  optional: [ITranslator],
  activate: (
    app,
    registry: IPanelRegistry,
    tracker: IQualityTracker,
    runner: ICellRunner,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    registerDataflow(registry, {
      tracker,
      runner,
      commands: app.commands,
      trans
    });
  }
};

/**
 * Marks of stale cells in the notebooks.
 */
export const staleMarksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:stale-marks',
  description: 'Marks stale and edited cells in the notebook.',
  autoStart: true,
  requires: [IQualityTracker, IQualitySettings],
  optional: [ITranslator],
  activate: (
    _,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const options = { tracker, settings, trans };
    tracker.forEach((panel, model) => {
      new StaleMarks(panel, model, options);
    });
    tracker.modelAdded.connect((__, { panel, model }) => {
      new StaleMarks(panel, model, options);
    });
    // Results are asked for only while they are drawn.
    let watch: { dispose(): void } | null = null;
    const follow = (): void => {
      if (settings.staleMarks) {
        watch ??= tracker.watch();
      } else {
        watch?.dispose();
        watch = null;
      }
    };
    settings.changed.connect(follow);
    follow();
  }
};

/**
 * Commands that run cells, and what runs by itself where that is wished.
 */
export const runCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:run-commands',
  description: 'Adds the commands that run cells with what they need.',
  autoStart: true,
  requires: [IQualityTracker, IQualitySettings, ICellRunner],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    runner: ICellRunner,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    addRunCommands({
      commands: app.commands,
      tracker,
      runner,
      settings,
      clickedCell: () =>
        app.contextMenuHitTest(node => node.classList.contains('jp-Cell')),
      trans
    });
    new AutoRun(tracker, runner, settings);
    for (const command of [
      CommandIDs.runWithNeeds,
      CommandIDs.runStale,
      CommandIDs.runUsers,
      CommandIDs.runWithUsers,
      CommandIDs.toggleAutoRun
    ]) {
      palette?.addItem({ command, category: trans.__('Notebook Quality') });
    }
  }
};
