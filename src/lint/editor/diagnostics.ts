import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';

import type { Finding, Position, Range } from '../../api/types';
import type { Underlined } from '../../settings';

/** What CodeMirror is told of a finding, with the finding itself. */
export interface IFindingDiagnostic extends Diagnostic {
  readonly finding: Finding;
}

/** Other extensions draw with CodeMirror's classes too: ours alone have our looks. */
const SQUIGGLE = 'jp-nbq-squiggle';

const RANK = { error: 0, warning: 1, info: 2 };
const LEAST = { none: -1, error: 0, warning: 1, info: 2 };

/**
 * The diagnostics of one cell's text.
 *
 * @param findings - The findings of this cell.
 * @param checked - The source that was checked, of which the ranges speak.
 * @param doc - The text in the editor.
 * @returns Null where the editor has another text than was checked: what stands there already follows the edits better.
 */
export function diagnosticsOf(
  findings: readonly Finding[],
  checked: string,
  doc: Text,
  underline: Underlined
): IFindingDiagnostic[] | null {
  if (!isText(doc, checked)) {
    return null;
  }
  const diagnostics: IFindingDiagnostic[] = [];
  for (const finding of findings) {
    if (finding.range && RANK[finding.severity] <= LEAST[underline]) {
      diagnostics.push({
        ...spanIn(doc, finding.range),
        severity: finding.severity,
        message: finding.message,
        source: finding.code,
        markClass: SQUIGGLE,
        finding
      });
    }
  }
  // CodeMirror wants them in order; of two on the same text the worse one is drawn.
  return diagnostics.sort(
    (one, other) => one.from - other.from || one.to - other.to
  );
}

/** The offsets of a range in an editor's text; an empty one is widened so that it can be seen. */
export function spanIn(doc: Text, range: Range): { from: number; to: number } {
  const from = offsetIn(doc, range.start);
  const to = Math.max(from, offsetIn(doc, range.end));
  if (to > from) {
    return { from, to };
  }
  const line = doc.lineAt(from);
  return from < line.to
    ? { from, to: from + 1 }
    : { from: Math.max(line.from, from - 1), to: from };
}

function offsetIn(doc: Text, position: Position): number {
  if (position.line >= doc.lines) {
    return doc.length;
  }
  const line = doc.line(position.line + 1);
  return Math.min(line.from + position.column, line.to);
}

/** Whether an editor shows this source; CodeMirror has every line break as one character. */
function isText(doc: Text, source: string): boolean {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  return doc.length === text.length && doc.toString() === text;
}
