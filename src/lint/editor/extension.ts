import { linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { ViewPlugin, tooltips } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import {
  EditorExtensionRegistry,
  type IConfigurableExtension
} from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILintActions } from '../tokens';
import { buildCard } from './card';
import { cardExtension } from './hover';
import type { EditorMarks } from './marks';

/**
 * What every code cell's editor gets: squiggles and their card. Other editors get nothing.
 */
export function cellExtension(
  editorModel: CodeEditor.IModel,
  marks: EditorMarks,
  actions: ILintActions,
  trans: TranslationBundle
): IConfigurableExtension<undefined> | null {
  if (!isCell(editorModel)) {
    return null;
  }
  const follow: Extension = ViewPlugin.define(view => {
    marks.add(view, editorModel);
    return { destroy: () => marks.remove(view) };
  });
  return EditorExtensionRegistry.createImmutableExtension([
    follow,
    // The card is ours: CodeMirror's own list would say the same a second time.
    linter(null, { tooltipFilter: () => [] }),
    cardExtension((view, findings, close) => {
      const model = marks.modelOf(view);
      return model && buildCard(findings, model, actions, trans, close);
    }),
    // A cell clips what reaches over its edge.
    tooltips({ parent: document.body })
  ]);
}

function isCell(
  model: CodeEditor.IModel
): model is CodeEditor.IModel & ICellModel {
  return 'id' in model && 'type' in model && model.type !== 'raw';
}
