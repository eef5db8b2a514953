import type { CellDependency, Flow } from '../../api/types';

/** How sure a dependency is: `possible` where a cell may only change what the other reads. */
export type Strength = 'certain' | 'possible' | 'deletion';

/** What one cell needs of another, whatever it is. */
export interface IArrow {
  /** The id of the cell that gives. */
  readonly source: string;
  /** The id of the cell that needs. */
  readonly target: string;
  /** Through which names, as people read them; sorted. */
  readonly names: readonly string[];
  readonly strength: Strength;
}

const FILE = 'file:';
const STATE = 'state:';

/** Whatever would not stand on one line, or would turn the text around it. */
const CONTROL =
  /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+/gu;

/**
 * The dependencies between cells: several between two cells become one, as sure as the surest. It is the picture that
 * the command line draws, see `dataflow/drawing/picture.py`.
 */
export function arrowsOf(flow: Flow): IArrow[] {
  const between = new Map<string, CellDependency[]>();
  for (const dependency of flow.dependencies) {
    const key = JSON.stringify([dependency.source, dependency.target]);
    between.set(key, [...(between.get(key) ?? []), dependency]);
  }
  return Array.from(between.values(), links => ({
    source: links[0].source,
    target: links[0].target,
    names: Array.from(
      new Set(links.flatMap(({ names }) => names.map(shownName)))
    ).sort(byCodePoint),
    strength: strengthOf(new Set(links.map(({ kind }) => kind)))
  }));
}

/** A name of a dependency as a person reads it. */
export function shownName(name: string): string {
  if (name === `${FILE}*`) {
    return 'any file';
  }
  if (name === `${FILE}?`) {
    return 'some file';
  }
  const plain = oneLine(name);
  if (plain.startsWith(STATE)) {
    return `${plain.slice(STATE.length)} state`;
  }
  return plain.startsWith(FILE) ? plain.slice(FILE.length) : plain;
}

/** A text without what would not stand on one line. */
export function oneLine(text: string): string {
  return text.replace(CONTROL, ' ');
}

function strengthOf(kinds: ReadonlySet<CellDependency['kind']>): Strength {
  if (kinds.has('definition') || kinds.has('mutation')) {
    return 'certain';
  }
  return kinds.has('possible-mutation') ? 'possible' : 'deletion';
}

/** The order of Python's strings; that of JavaScript's differs beyond the basic plane. */
function byCodePoint(one: string, other: string): number {
  const left = Array.from(one);
  const right = Array.from(other);
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const difference =
      left[place].codePointAt(0)! - right[place].codePointAt(0)!;
    if (difference !== 0) {
      return difference;
    }
  }
  return left.length - right.length;
}
