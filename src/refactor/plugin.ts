import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import {
  IPanelRegistry,
  IQualityClient,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
import { CommandIDs } from './commandIds';
// Commands are there from the start, and the panel may be open; what they open is loaded when it is.
/* eslint-disable jupyter/prefer-lazy-imports */
import { registerRefactor } from './cardPart';
import { addRefactorCommands } from './commands';
/* eslint-enable jupyter/prefer-lazy-imports */
import type { Refactorings } from './refactorings';

/**
 * Turns code of cells into functions and modules.
 */
export const refactorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:refactor',
  description: 'Changes the code of cells without changing what it does.',
  autoStart: true,
  requires: [
    IQualityTracker,
    IQualityClient,
    IQualitySettings,
    IDocumentManager
  ],
  optional: [ICommandPalette, IEditorLanguageRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IQualityTracker,
    client: IQualityClient,
    settings: IQualitySettings,
    documents: IDocumentManager,
    palette: ICommandPalette | null,
    languages: IEditorLanguageRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    let made: Promise<Refactorings> | null = null;
    addRefactorCommands({
      commands: app.commands,
      tracker,
      refactorings: () =>
        (made ??= import('./refactorings').then(
          ({ Refactorings }) =>
            new Refactorings({
              tracker,
              client,
              settings,
              documents,
              languages,
              trans
            })
        )),
      clickedCell: () =>
        app.contextMenuHitTest(node => node.classList.contains('jp-Cell')),
      trans
    });
    for (const command of Object.values(CommandIDs)) {
      palette?.addItem({ command, category: trans.__('Notebook Quality') });
    }
  }
};

/**
 * Buttons in the panel.
 */
export const refactorCardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:refactor-card',
  description: 'Offers refactorings in the card of the active cell.',
  autoStart: true,
  requires: [IPanelRegistry],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: IPanelRegistry,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    registerRefactor(registry, app.commands, trans);
  }
};
