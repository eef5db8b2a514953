import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookCellExecutor } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CELL_ARGUMENTS, NO_ARGUMENTS } from '../components/commandArguments';
import {
  IPanelRegistry,
  IQualityClient,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
// Notebooks, and the panel, may be open from the start.
/* eslint-disable jupyter/prefer-lazy-imports */
import { AutoRun } from './autoRun';
import { CommandIDs } from './commandIds';
import { gatherCell } from './gather';
import { Highlight } from './highlight';
import { StaleMarks } from './marks';
import { addNameCommands } from './nameCommands';
import { registerDataflow } from './register';
import { addRunCommands, cellOf } from './runCommands';
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
      clickedCell: () => cellBelow(app),
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

/**
 * Going from names to their definitions and uses, and outlines of what belongs together.
 */
export const namesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:names',
  description: 'Finds definitions and uses of names across cells.',
  autoStart: true,
  requires: [IQualityTracker, IQualityClient, IQualitySettings],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app,
    tracker: IQualityTracker,
    client: IQualityClient,
    settings: IQualitySettings,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const { commands } = app;
    addNameCommands({ commands, tracker, client, trans });
    new Highlight(tracker, settings);
    commands.addCommand(CommandIDs.toggleHighlight, {
      label: trans.__('Outline Linked Cells'),
      caption: trans.__(
        'Outline the cells that the active cell needs, and those that need it'
      ),
      describedBy: NO_ARGUMENTS,
      isToggled: () => settings.highlight,
      execute: () => settings.setHighlight(!settings.highlight)
    });
    for (const command of [
      CommandIDs.goToDefinition,
      CommandIDs.findUses,
      CommandIDs.toggleHighlight
    ]) {
      palette?.addItem({ command, category: trans.__('Notebook Quality') });
    }
  }
};

/**
 * Cells with what they need as notebooks of their own.
 */
export const gatherPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:gather',
  description: 'Gathers a cell with what it needs into a new notebook.',
  autoStart: true,
  requires: [IQualityTracker, IQualityClient, IDocumentManager],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app,
    tracker: IQualityTracker,
    client: IQualityClient,
    documents: IDocumentManager,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const command = CommandIDs.gather;
    const clickedCell = (): HTMLElement | undefined => cellBelow(app);
    app.commands.addCommand(command, {
      label: trans.__('Gather This Cell to a New Notebook'),
      caption: trans.__(
        'Write the cell, and the least code that it needs, to a new notebook'
      ),
      describedBy: CELL_ARGUMENTS,
      isEnabled: args => cellOf(args, { tracker, clickedCell }) !== null,
      execute: async args => {
        const cell = cellOf(args, { tracker, clickedCell });
        if (tracker.current && cell !== null) {
          await gatherCell(tracker.current, cell, { client, documents, trans });
        }
      }
    });
    palette?.addItem({ command, category: trans.__('Notebook Quality') });
  }
};

/** The node of the cell, or of its name in the panel, that the context menu was opened on. */
function cellBelow(app: JupyterFrontEnd): HTMLElement | undefined {
  return app.contextMenuHitTest(
    node =>
      node.classList.contains('jp-Cell') || node.dataset.nbqCell !== undefined
  );
}
