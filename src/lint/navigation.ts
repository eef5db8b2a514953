import { EditorView } from '@codemirror/view';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';

import type { Finding } from '../api/types';
import type { IQualityTracker } from '../tokens';
import { closeCard, findingsAt, openCard } from './editor/hover';
import { spanIn } from './editor/diagnostics';
import type { ICaret, IPlaced } from './order';
import { nextFrom, placed } from './order';

/**
 * Goes to the next or previous problem of a notebook: selects its text, opens its card, and puts the focus there.
 *
 * @returns The problem; null when there are none.
 */
export async function visitProblem(
  tracker: IQualityTracker,
  panel: NotebookPanel,
  direction: 1 | -1
): Promise<IPlaced | null> {
  const model = tracker.modelOf(panel);
  const problems = placed(model.findings, id => model.cellIndex(id));
  const problem = nextFrom(problems, caretOf(panel), direction);
  if (!problem) {
    return null;
  }
  const { finding, index } = problem;
  await tracker.reveal(panel, finding.cell!, {
    range: finding.range,
    focus: finding.range !== null
  });
  const editor = panel.content.widgets[index]?.editor;
  if (editor instanceof CodeMirrorEditor) {
    showProblem(panel, editor.editor, finding);
  }
  return problem;
}

/** The view of each notebook that a card was opened in last. */
const shownIn = new WeakMap<NotebookPanel, EditorView>();

/** Opens the card of a problem, and has it read out. */
function showProblem(
  panel: NotebookPanel,
  view: EditorView,
  finding: Finding
): void {
  const before = shownIn.get(panel);
  if (before && before !== view) {
    closeCard(before);
  }
  shownIn.set(panel, view);
  const span = finding.range
    ? spanIn(view.state.doc, finding.range)
    : { from: 0, to: 0 };
  // Others of the same text are on the same card; one of the whole cell has its own.
  const others = finding.range && findingsAt(view, span.from);
  openCard(view, others ?? { ...span, findings: [finding] });
  view.dispatch({
    effects: EditorView.announce.of(finding.message.replace(/`/g, ''))
  });
}

/** Where the person is in a notebook. */
export function caretOf(panel: NotebookPanel): ICaret {
  const { activeCellIndex: index, activeCell } = panel.content;
  const editor = activeCell?.editor;
  if (!editor?.hasFocus()) {
    return { index, position: null };
  }
  // A visited problem is selected: its start is the place to go on from.
  const { start, end } = editor.getSelection();
  const isForward =
    start.line < end.line ||
    (start.line === end.line && start.column <= end.column);
  return { index, position: isForward ? start : end };
}
