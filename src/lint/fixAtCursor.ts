import type { EditorView } from '@codemirror/view';
import { Notification } from '@jupyterlab/apputils';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { Finding } from '../api/types';
import { popupMenu } from '../components/popupMenu';
import type { IQualityModel } from '../tokens';
import { cardIn, closeCard, findingsAt } from './editor/hover';
import type { IProblemMenuContext } from './problemMenu';
import { aboutEntries, fixEntries, ignoreEntries } from './problemMenu';

/** Applies the one safe fix at the cursor, or lets the person choose. */
export async function fixAtCursor(
  panel: NotebookPanel,
  context: IProblemMenuContext
): Promise<void> {
  const { model, actions, trans } = context;
  const editor = panel.content.activeCell?.editor;
  if (!(editor instanceof CodeMirrorEditor)) {
    return;
  }
  const view = editor.editor;
  const findings = problemsAtCursor(panel, view, model);
  if (findings.length === 0) {
    Notification.info(trans.__('There is no problem at the cursor.'), {
      autoClose: 3000
    });
    return;
  }
  const fixes = findings.flatMap(finding => finding.fixes);
  if (fixes.length === 1 && fixes[0].applicability === 'safe') {
    closeCard(view);
    await actions.applyFix(model, fixes[0]);
    return;
  }
  const box = view.coordsAtPos(view.state.selection.main.head);
  popupMenu(
    [
      findings.flatMap(finding => fixEntries(finding, context)),
      ...findings.map(finding => [
        ...ignoreEntries(finding, context),
        ...aboutEntries(finding, context)
      ])
    ],
    { x: box?.left ?? 0, y: box?.bottom ?? 0 },
    () => view.focus()
  );
}

/** What a person means by "here": the open card, else the text at the cursor, its line, its cell. */
function problemsAtCursor(
  panel: NotebookPanel,
  view: EditorView,
  model: IQualityModel
): Finding[] {
  const cellId = panel.content.activeCell?.model.id;
  const ofCell = model.findings.filter(({ cell }) => cell === cellId);
  const shown = cardIn(view);
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const drawn = (shown ?? findingsAt(view, head, head))?.findings;
  const inLine = findingsAt(view, line.from, line.to)?.findings;
  const ofWhole = ofCell.filter(({ range }) => range === null);
  // What was drawn may be older than what is known.
  const known = new Map(ofCell.map(finding => [finding.id, finding]));
  return (drawn ?? inLine ?? ofWhole).map(
    finding => known.get(finding.id) ?? finding
  );
}
