import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  IPanelRegistry,
  IQualityClient,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
// Notebooks, and the panel, may be open from the start; the editor of tests is loaded when it is opened.
/* eslint-disable jupyter/prefer-lazy-imports */
import { AutoTest } from './autoTest';
import { CommandIDs } from './commandIds';
import { addTestCommands } from './commands';
import { TestKeeper } from './keeper';
import { TestMarks } from './marks';
import { registerTesting } from './register';
import { Testing } from './testing';
/* eslint-enable jupyter/prefer-lazy-imports */
import { ITesting } from './tokens';

/** The command that says that a notebook is trusted. */
const TRUST = 'notebook:trust';

/**
 * Runs tests, and keeps what came of them.
 */
export const testingPlugin: JupyterFrontEndPlugin<ITesting> = {
  id: 'jupyter-nbquality:testing',
  description: 'Runs the tests of cells, and keeps them with their code.',
  autoStart: true,
  provides: ITesting,
  requires: [IQualityTracker, IQualityClient, IEditorServices],
  optional: [IEditorLanguageRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IQualityTracker,
    client: IQualityClient,
    editors: IEditorServices,
    languages: IEditorLanguageRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const testing = new Testing({
      tracker,
      client,
      editors,
      languages,
      trans
    });
    const kept = new WeakSet<object>();
    const onModel = (model: Parameters<typeof tracker.modelOf>[0]): void => {
      const { context } = model;
      if (!kept.has(context)) {
        kept.add(context);
        testing.trust.opened(context);
        const keeper = new TestKeeper(tracker.modelOf(model), testing.results);
        context.disposed.connect(() => keeper.dispose());
      }
    };
    tracker.forEach(onModel);
    tracker.modelAdded.connect((_, { panel }) => onModel(panel));
    app.commands.commandExecuted.connect((_, { id, result }) => {
      if (id === TRUST) {
        void result.then(() => {
          tracker.forEach(({ context }) => testing.trust.trusted(context));
        });
      }
    });
    return testing;
  }
};

/**
 * Tests in the panel.
 */
export const testSectionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:test-sections',
  description: 'Shows the tests of cells in the Notebook Quality panel.',
  autoStart: true,
  requires: [IPanelRegistry, IQualityTracker, ITesting],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: IPanelRegistry,
    tracker: IQualityTracker,
    testing: ITesting,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const { commands } = app;
    registerTesting(registry, { tracker, testing, commands, trans });
  }
};

/**
 * Marks of tests in the notebooks.
 */
export const testMarksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:test-marks',
  description: 'Marks in the notebook how the tests of each cell stand.',
  autoStart: true,
  requires: [IQualityTracker, ITesting],
  optional: [ITranslator],
  activate: (
    _,
    tracker: IQualityTracker,
    testing: ITesting,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    tracker.forEach((panel, model) => {
      new TestMarks(panel, model, testing, trans);
    });
    tracker.modelAdded.connect((__, { panel, model }) => {
      new TestMarks(panel, model, testing, trans);
    });
  }
};

/**
 * Commands about tests, and what runs by itself where that is wished.
 */
export const testCommandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:test-commands',
  description: 'Adds the commands that write and run the tests of cells.',
  autoStart: true,
  requires: [IQualityTracker, IQualitySettings, ITesting],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    testing: ITesting,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    addTestCommands({
      commands: app.commands,
      tracker,
      settings,
      testing,
      clickedCell: () =>
        app.contextMenuHitTest(
          node =>
            node.classList.contains('jp-Cell') ||
            node.dataset.nbqCell !== undefined
        ),
      trans
    });
    new AutoTest(tracker, testing, settings);
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: trans.__('Notebook Quality') });
    }
  }
};
