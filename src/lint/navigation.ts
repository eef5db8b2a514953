import type { NotebookPanel } from '@jupyterlab/notebook';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';

import type { IQualityTracker } from '../tokens';
import { openCard } from './editor/hover';
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
  if (finding.range && editor instanceof CodeMirrorEditor) {
    const { from } = spanIn(editor.editor.state.doc, finding.range);
    openCard(editor.editor, from);
  }
  return problem;
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
