import type { Position, Range, TextEdit } from '../api/types';

const LINE_BREAK = /\r\n|\r|\n/g;

/**
 * The offset of a position in a source. Lines end at LF, CRLF and CR, columns count UTF-16 units;
 * what lies outside is clamped to the line or the source.
 */
export function offsetAt(source: string, position: Position): number {
  LINE_BREAK.lastIndex = 0;
  let start = 0;
  let end = source.length;
  for (let line = 0; ; line++) {
    const found = LINE_BREAK.exec(source);
    end = found ? found.index : source.length;
    if (line === position.line || !found) {
      return line === position.line
        ? Math.min(start + position.column, end)
        : source.length;
    }
    start = LINE_BREAK.lastIndex;
  }
}

/** The start and end offsets of a range. */
export function spanOf(
  source: string,
  range: Range
): { start: number; end: number } {
  return {
    start: offsetAt(source, range.start),
    end: offsetAt(source, range.end)
  };
}

/**
 * Edits as offsets in a source, the last one first, so that each can be made where the others still are to come.
 */
export function replacements(
  source: string,
  edits: readonly TextEdit[]
): { start: number; end: number; text: string }[] {
  return edits
    .map(edit => ({ ...spanOf(source, edit.range), text: edit.text }))
    .sort((one, other) => other.start - one.start || other.end - one.end);
}
