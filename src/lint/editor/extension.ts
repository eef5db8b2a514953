import type { Diagnostic } from '@codemirror/lint';
import { linter } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { ViewPlugin } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import {
  EditorExtensionRegistry,
  type IConfigurableExtension
} from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILintActions } from '../tokens';
import { buildCard } from './card';
import { cardExtension, closeCard, openCard } from './hover';
import type { EditorMarks } from './marks';

/** Null means no tooltip at all, which the type does not say; of an empty list an empty box would be shown. */
const NO_TOOLTIP = null as unknown as Diagnostic[];

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
    linter(null, { tooltipFilter: () => NO_TOOLTIP }),
    cardExtension((view, place) => {
      const model = marks.modelOf(view);
      return (
        model &&
        buildCard(place.findings, {
          model,
          actions,
          trans,
          close: () => closeCard(view),
          keepOpen: () => openCard(view, place)
        })
      );
    })
  ]);
}

function isCell(
  model: CodeEditor.IModel
): model is CodeEditor.IModel & ICellModel {
  return 'id' in model && 'type' in model && model.type !== 'raw';
}
