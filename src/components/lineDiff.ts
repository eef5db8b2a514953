import { Chunk } from '@codemirror/merge';
import { Text } from '@codemirror/state';

/** A line of a difference; `skipped` stands for lines that are the same. */
export type DiffLine =
  | {
      readonly kind: 'same' | 'added' | 'removed';
      /** Its number, from 1: of an added or same line in the new text, of a removed one in the old. */
      readonly number: number;
      readonly text: string;
    }
  | { readonly kind: 'skipped'; readonly count: number };

/** How many lines that are the same stand around a change. */
const AROUND = 3;

/**
 * The lines of a text with what was removed and added. Long stretches that are the same are left out.
 */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before, after].map(textOf);
  const lines: DiffLine[] = [];
  let next = 1;
  const same = (upTo: number): void => {
    while (next < upTo) {
      lines.push({ kind: 'same', number: next, text: fresh.line(next).text });
      next++;
    }
  };
  for (const chunk of Chunk.build(old, fresh)) {
    const from = lineAt(fresh, chunk.fromB, chunk.fromB === chunk.toB);
    same(from);
    for (const number of linesOf(old, chunk.fromA, chunk.toA)) {
      lines.push({ kind: 'removed', number, text: old.line(number).text });
    }
    for (const number of linesOf(fresh, chunk.fromB, chunk.toB)) {
      lines.push({ kind: 'added', number, text: fresh.line(number).text });
      next = number + 1;
    }
  }
  if (after !== '') {
    same(fresh.lines + 1);
  }
  return withoutStretches(
    // An empty text has no lines: nothing was removed from it, and nothing is left in it.
    lines.filter(
      line =>
        !(line.kind === 'removed' && before === '') &&
        !(line.kind === 'added' && after === '')
    )
  );
}

function textOf(source: string): Text {
  return Text.of(source.split(/\r\n|\r|\n/));
}

/** The numbers of the lines of a chunk, whose end lies behind the break of its last line. */
function linesOf(text: Text, from: number, to: number): number[] {
  if (from === to) {
    return [];
  }
  const first = text.lineAt(from).number;
  const last = text.lineAt(Math.min(to - 1, text.length)).number;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The line that a chunk begins with; an empty chunk behind the last line begins with the line after it. */
function lineAt(text: Text, position: number, isEmpty: boolean): number {
  return isEmpty && position > text.length
    ? text.lines + 1
    : text.lineAt(Math.min(position, text.length)).number;
}

function withoutStretches(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) =>
    lines
      .slice(Math.max(index - AROUND, 0), index + AROUND + 1)
      .some(({ kind }) => kind !== 'same')
  );
  const kept: DiffLine[] = [];
  lines.forEach((line, index) => {
    const last = kept[kept.length - 1];
    if (near[index] || lines.every(({ kind }) => kind === 'same')) {
      kept.push(line);
    } else if (last?.kind === 'skipped') {
      kept[kept.length - 1] = { kind: 'skipped', count: last.count + 1 };
    } else {
      kept.push({ kind: 'skipped', count: 1 });
    }
  });
  return kept;
}
