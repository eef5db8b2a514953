import type { PartialJSONValue } from '@lumino/coreutils';

import type { NameAt } from '../api/types';
import { freeName, isSame, nameIn } from './cellTests';

type Entries = readonly PartialJSONValue[];

/** A cell as far as its tests go. */
export interface ITestedCell {
  readonly id: string;
  readonly source: string;
  /** Its tests, as they stand in the metadata. */
  readonly entries: Entries;
}

/** The entries that a cell is to have. */
export interface IRepair {
  readonly id: string;
  readonly entries: Entries;
}

/**
 * Finds out which cells lost tests, or have those of another one, as cells were split and merged: the application gives
 * both halves of a cell all metadata of the whole, and a merged cell those of one part alone.
 *
 * @param before - The cells that had tests, in order.
 * @param now - All cells.
 * @param added - The ids of those that are new.
 * @param definitions - Where a cell, as it was before, binds or changes names; null where that is not known.
 */
export function repairs(
  before: readonly ITestedCell[],
  now: readonly ITestedCell[],
  added: ReadonlySet<string>,
  definitions: (cell: ITestedCell) => readonly NameAt[] | null
): IRepair[] {
  const found: IRepair[] = [];
  for (const { before: was, after } of splits(before, now, added)) {
    found.push(...afterSplit(was[0], after, definitions(was[0])));
  }
  for (const { before: parts, after } of merges(before, now, added)) {
    const [{ id, entries: has }] = after;
    const entries = merged(parts, has);
    if (!isSame([...entries], [...has])) {
      found.push({ id, entries });
    }
  }
  return found;
}

/** Cells that became others: one that was split, or several that were merged. */
export interface ISuccession {
  readonly before: readonly ITestedCell[];
  readonly after: readonly ITestedCell[];
}

/**
 * Finds the cells that were split, and their halves: the last is the cell itself.
 *
 * @param before - Those that are asked for, as they were.
 * @param now - All cells, in order.
 * @param added - The ids of those that are new.
 */
export function* splits(
  before: readonly ITestedCell[],
  now: readonly ITestedCell[],
  added: ReadonlySet<string>
): Generator<ISuccession> {
  const there = new Map(now.map((cell, index) => [cell.id, index]));
  for (const cell of before) {
    const index = there.get(cell.id);
    const after =
      index === undefined ? null : halvesOf(cell, now, index, added);
    if (after) {
      yield { before: [cell], after };
    }
  }
}

/**
 * Finds the new cells that hold the code of cells which are gone.
 *
 * @param before - Those that are asked for, as they were, in order.
 * @param now - All cells.
 * @param added - The ids of those that are new.
 */
export function* merges(
  before: readonly ITestedCell[],
  now: readonly ITestedCell[],
  added: ReadonlySet<string>
): Generator<ISuccession> {
  const there = new Set(now.map(({ id }) => id));
  const gone = before.filter(({ id }) => !there.has(id));
  for (const cell of now) {
    const parts = added.has(cell.id)
      ? gone.filter(({ source }) => isPart(source, cell.source))
      : [];
    if (parts.length > 0) {
      yield { before: parts, after: [cell] };
    }
  }
}

/** The halves that a cell was split into, where it was. */
function halvesOf(
  { source, entries }: ITestedCell,
  now: readonly ITestedCell[],
  index: number,
  added: ReadonlySet<string>
): readonly ITestedCell[] | null {
  if (now[index].source === source) {
    return null;
  }
  let first = index;
  while (
    first > 0 &&
    added.has(now[first - 1].id) &&
    isSame([...now[first - 1].entries], [...entries])
  ) {
    first--;
  }
  const halves = now.slice(first, index + 1);
  return halves.length > 1 &&
    bare(halves.map(half => half.source).join('')) === bare(source)
    ? halves
    : null;
}

/** Each test goes to the last half that makes something it uses; one that uses nothing of theirs to the last. */
function afterSplit(
  cell: ITestedCell,
  halves: readonly ITestedCell[],
  definitions: readonly NameAt[] | null
): IRepair[] {
  const made = definitions
    ? madeIn(cell.source, halves, definitions)
    : halves.map(({ source }) => boundIn(source));
  const homes = cell.entries.map(entry => {
    const used = wordsOf(entry);
    for (let half = halves.length - 1; half >= 0; half--) {
      if (made[half].some(name => used.has(name))) {
        return half;
      }
    }
    return halves.length - 1;
  });
  return halves.map(({ id }, half) => ({
    id,
    entries: cell.entries.filter((_, index) => homes[index] === half)
  }));
}

/** The names made in each half, as it is known where the whole made them. */
function madeIn(
  whole: string,
  halves: readonly ITestedCell[],
  definitions: readonly NameAt[]
): string[][] {
  // The first line of each half; what was cut between them are line ends.
  let offset = 0;
  const starts = halves.map(({ source }) => {
    const start = whole.indexOf(source, offset);
    offset = (start < 0 ? offset : start) + source.length;
    return start < 0 ? offset : start;
  });
  const lines = [0];
  for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at)) {
    lines.push(++at);
  }
  const made: string[][] = halves.map(() => []);
  for (const { name, range } of definitions) {
    if (range) {
      const at = (lines[range.start.line] ?? 0) + range.start.column;
      const half = starts.filter(start => start <= at).length - 1;
      made[Math.max(half, 0)].push(name);
    }
  }
  return made;
}

/** The names that a text binds, as far as its looks tell: for texts that were not checked yet. */
function boundIn(source: string): string[] {
  const names: string[] = [];
  for (const line of source.split('\n')) {
    const target = /^\s*(?:async\s+)?(?:def|class)\s+(\w+)/.exec(line);
    const left = /^([^=(#'"]*?)\s*(?::[^=]*)?(?:[-+*/%&|^@]|\/\/|\*\*)?=(?!=)/;
    const words = target?.[1] ?? left.exec(line)?.[1] ?? imported(line);
    names.push(...(words.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []));
  }
  return names;
}

function imported(line: string): string {
  return /^\s*(?:from\s+\S+\s+)?import\s+(.*)/.exec(line)?.[1] ?? '';
}

/** The words of a test that may be names. */
function wordsOf(entry: PartialJSONValue): Set<string> {
  return new Set(sourceIn(entry).match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
}

/** The source of a test as it stands in the metadata; empty where it has none. */
export function sourceIn(entry: PartialJSONValue): string {
  const source = (entry as { source?: unknown } | null)?.source;
  return Array.isArray(source)
    ? source.join('')
    : typeof source === 'string'
      ? source
      : '';
}

/** The tests of a merged cell: those of its parts, in order, and what it has besides. */
function merged(parts: readonly ITestedCell[], has: Entries): Entries {
  const entries: PartialJSONValue[] = [];
  const names = new Set<string>();
  for (const entry of [...parts.flatMap(part => part.entries), ...has]) {
    if (entries.some(other => isSame(other, entry))) {
      continue;
    }
    const name = nameIn(entry);
    if (name === null) {
      entries.push(entry);
      continue;
    }
    const free = freeName(name, names);
    names.add(free);
    entries.push(free === name ? entry : { ...(entry as object), name: free });
  }
  return entries;
}

/** Whether a text is within another. */
function isPart(part: string, whole: string): boolean {
  return part.trim() !== '' && part !== whole && whole.includes(part);
}

/** A text without its line ends, which are all that splitting and merging change. */
export function bare(source: string): string {
  return source.replace(/\n/g, '');
}
