import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// eslint-disable-next-line jupyter/prefer-lazy-imports
import { CommandIDs, addLintCommands } from './commands';
import { StatusItem } from './statusItem';
import { IQualitySettings, IQualityTracker } from '../tokens';
// The extension must be there before the first editor is made.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { cellExtension } from './editor/extension';
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { EditorMarks } from './editor/marks';
import { ILintActions } from './tokens';

/**
 * Squiggles in the cells, with their card.
 */
export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:editor',
  description: 'Underlines problems in the cells and shows what they are.',
  autoStart: true,
  requires: [
    IEditorExtensionRegistry,
    IQualityTracker,
    IQualitySettings,
    ILintActions
  ],
  optional: [ITranslator],
  activate: (
    _,
    editors: IEditorExtensionRegistry,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    actions: ILintActions,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const marks = new EditorMarks(tracker, settings);
    editors.addExtension({
      name: 'jupyter-nbquality:problems',
      factory: ({ model }) => cellExtension(model, marks, actions, trans)
    });
    // Results are asked for only while they are drawn.
    let watch: { dispose(): void } | null = null;
    const follow = (): void => {
      if (settings.underline === 'none') {
        watch?.dispose();
        watch = null;
      } else {
        watch ??= tracker.watch();
      }
    };
    settings.changed.connect(follow);
    follow();
  }
};

/**
 * Commands, for the palette, the menus and the keys.
 */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:commands',
  description: 'Adds the commands about problems.',
  autoStart: true,
  requires: [IQualityTracker, ILintActions],
  optional: [ICommandPalette, IDocumentManager, ITranslator],
  activate: (
    app,
    tracker: IQualityTracker,
    actions: ILintActions,
    palette: ICommandPalette | null,
    documents: IDocumentManager | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    addLintCommands({
      commands: app.commands,
      tracker,
      actions,
      documents,
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
 * The counts in the status bar.
 */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:status',
  description: 'Counts the problems of the notebook in the status bar.',
  autoStart: true,
  requires: [IQualityTracker, IQualitySettings],
  optional: [IStatusBar, ITranslator],
  activate: (
    app,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const item = new StatusItem({
      tracker,
      trans,
      isWanted: () =>
        settings.statusBar && app.shell.currentWidget === tracker.current,
      open: () => void app.commands.execute('nbquality:open-panel')
    });
    settings.changed.connect(() => item.refresh());
    app.shell.currentChanged?.connect(() => item.refresh());
    statusBar?.registerStatusItem('jupyter-nbquality:problems', {
      item,
      align: 'right',
      rank: 5,
      isActive: () => item.isShown,
      activeStateChanged: item.shownChanged
    });
  }
};
