import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

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
