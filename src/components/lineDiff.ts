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
 * The lines of a text with what was removed and added. Long stretches that are the same are left out. An empty text has
 * no lines.
 *
 * @param shown - Gives a text as it may be shown, with as many lines.
 */
export function lineDiff(
  before: string,
  after: string,
  shown: (text: string) => string = text => text
): DiffLine[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const oldShown = linesOf(shown(before));
  const freshShown = linesOf(shown(after));
  const lines: DiffLine[] = [];
  let next = 0;
  const same = (end: number): void => {
    for (; next < end; next++) {
      lines.push({ kind: 'same', number: next + 1, text: freshShown[next] });
    }
  };
  for (const { removed, added } of changes(old, fresh)) {
    same(added.from);
    for (let index = removed.from; index < removed.to; index++) {
      lines.push({ kind: 'removed', number: index + 1, text: oldShown[index] });
    }
    for (; next < added.to; next++) {
      lines.push({ kind: 'added', number: next + 1, text: freshShown[next] });
    }
  }
  same(fresh.length);
  return withoutStretches(lines);
}

/** Lines from one index up to, and without, another. */
interface ISpan {
  readonly from: number;
  readonly to: number;
}

/** Which lines of the old text gave way to which of the new one. */
function changes(
  old: readonly string[],
  fresh: readonly string[]
): { removed: ISpan; added: ISpan }[] {
  if (old.length === 0 || fresh.length === 0) {
    return [
      {
        removed: { from: 0, to: old.length },
        added: { from: 0, to: fresh.length }
      }
    ];
  }
  const [oldText, freshText] = [Text.of([...old]), Text.of([...fresh])];
  return Chunk.build(oldText, freshText).map(chunk => {
    const removed = spanOf(oldText, chunk.fromA, chunk.toA);
    const added = spanOf(freshText, chunk.fromB, chunk.toB);
    // A chunk also holds the lines that a change merely touches.
    const most = Math.min(removed.to - removed.from, added.to - added.from);
    let head = 0;
    while (
      head < most &&
      old[removed.from + head] === fresh[added.from + head]
    ) {
      head++;
    }
    let tail = 0;
    while (
      tail < most - head &&
      old[removed.to - 1 - tail] === fresh[added.to - 1 - tail]
    ) {
      tail++;
    }
    return {
      removed: { from: removed.from + head, to: removed.to - tail },
      added: { from: added.from + head, to: added.to - tail }
    };
  });
}

/** The lines of a chunk, whose end lies behind the break of its last line, or behind the text. */
function spanOf(text: Text, from: number, to: number): ISpan {
  const indexOf = (position: number): number =>
    position > text.length ? text.lines : text.lineAt(position).number - 1;
  return { from: indexOf(from), to: indexOf(to) };
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/\r\n|\r|\n/);
}

function withoutStretches(lines: readonly DiffLine[]): DiffLine[] {
  const isNear = (index: number): boolean =>
    lines
      .slice(Math.max(index - AROUND, 0), index + AROUND + 1)
      .some(({ kind }) => kind !== 'same');
  const kept: DiffLine[] = [];
  lines.forEach((line, index) => {
    const last = kept[kept.length - 1];
    if (isNear(index)) {
      kept.push(line);
    } else if (last?.kind === 'skipped') {
      kept[kept.length - 1] = { kind: 'skipped', count: last.count + 1 };
    } else {
      kept.push({ kind: 'skipped', count: 1 });
    }
  });
  return kept;
}

/** Two lines that stand beside each other, or `skipped` lines that are the same. */
export interface IDiffPair {
  readonly left: Exclude<DiffLine, { kind: 'skipped' }> | null;
  readonly right: Exclude<DiffLine, { kind: 'skipped' }> | null;
  /** The number of the left line in the old text. */
  readonly leftNumber: number;
  readonly skipped: number;
}

/** The lines of a difference with what was removed on the left and what was added on the right. */
export function sideBySide(lines: readonly DiffLine[]): IDiffPair[] {
  const pairs: IDiffPair[] = [];
  let number = 1;
  for (let index = 0; index < lines.length;) {
    const line = lines[index];
    if (line.kind === 'skipped') {
      pairs.push({
        left: null,
        right: null,
        leftNumber: 0,
        skipped: line.count
      });
      number += line.count;
      index++;
    } else if (line.kind === 'same') {
      pairs.push({ left: line, right: line, leftNumber: number, skipped: 0 });
      number++;
      index++;
    } else {
      const removed: IDiffPair['left'][] = [];
      const added: IDiffPair['left'][] = [];
      for (; index < lines.length; index++) {
        const next = lines[index];
        if (next.kind !== 'removed' && next.kind !== 'added') {
          break;
        }
        (next.kind === 'removed' ? removed : added).push(next);
      }
      const most = Math.max(removed.length, added.length);
      for (let place = 0; place < most; place++) {
        pairs.push({
          left: removed[place] ?? null,
          right: added[place] ?? null,
          leftNumber: number + place,
          skipped: 0
        });
      }
      number += removed.length;
    }
  }
  return pairs;
}
