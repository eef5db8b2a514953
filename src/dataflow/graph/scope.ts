import type { Flow } from '../../api/types';
import { linksOf } from '../links';
import type { IArrow } from './arrows';
import { arrowsOf } from './arrows';

/** Which cells are drawn. */
export type Scope = 'all' | 'linked' | 'stale';

/** More cells, or arrows, than these are not laid out at once: it would take longer than a person waits. */
export const MOST_CELLS = 200;
export const MOST_ARROWS = 600;

/** What is to be drawn. */
export interface IScopeOptions {
  readonly scope: Scope;
  /** The cell that the others are to be linked with, and that is never left out. */
  readonly anchor: string | null;
  /** Whether cells that only import are drawn. */
  readonly hasImports: boolean;
  /** Whether arrows are drawn that are only possible, or that delete. */
  readonly hasPossible: boolean;
  /** Whether a cell's result is out of date. */
  isStale(cell: string): boolean;
}

/** What is drawn. */
export interface IScoped {
  /** In notebook order. */
  readonly cells: readonly string[];
  readonly arrows: readonly IArrow[];
  /** How many cells more it would be without a bound. */
  readonly left: number;
  /** How many arrows lead up, to a cell that ran again, and are not drawn. */
  readonly back: number;
}

/**
 * The cells that there is something to say of: those with names, or without any that could be known. Cells that are
 * empty or only print words are left out.
 */
export function drawableCells(flow: Flow, hasImports: boolean): string[] {
  const linked = new Set(
    flow.dependencies.flatMap(({ source, target }) => [source, target])
  );
  return flow.cells
    .filter(
      ({ cell, imports_only, defines, uses, known }) =>
        (hasImports || !imports_only) &&
        (!known || linked.has(cell) || defines.length + uses.length > 0)
    )
    .map(({ cell }) => cell);
}

/** Says what is drawn of a notebook. */
export function scopeOf(flow: Flow, options: IScopeOptions): IScoped {
  const { scope, anchor, hasImports, hasPossible, isStale } = options;
  let cells = drawableCells(flow, hasImports);
  if (scope === 'linked' && anchor !== null) {
    const links = linksOf(flow);
    const linked = new Set([
      anchor,
      ...links.ancestors(anchor),
      ...links.descendants(anchor)
    ]);
    const drawable = new Set(cells);
    cells = flow.cells
      .map(({ cell }) => cell)
      .filter(
        cell => cell === anchor || (linked.has(cell) && drawable.has(cell))
      );
  } else if (scope === 'stale') {
    cells = cells.filter(isStale);
  }
  const places = new Map(cells.map((cell, place) => [cell, place]));
  const among = arrowsOf(flow).filter(
    ({ source, target, strength }) =>
      places.has(source) &&
      places.has(target) &&
      (hasPossible || strength === 'certain')
  );
  const arrows = among.filter(
    ({ source, target }) => places.get(source)! < places.get(target)!
  );
  const back = among.length - arrows.length;
  if (cells.length <= MOST_CELLS && arrows.length <= MOST_ARROWS) {
    return { cells, arrows, left: 0, back };
  }
  const kept = nearest(cells, arrows, anchor);
  return {
    cells: cells.filter(cell => kept.has(cell)),
    arrows: arrows.filter(
      ({ source, target }) => kept.has(source) && kept.has(target)
    ),
    left: cells.length - kept.size,
    back
  };
}

/** As many cells as there may be: first those that are few arrows away from one, then those that are near to it. */
function nearest(
  cells: readonly string[],
  arrows: readonly IArrow[],
  anchor: string | null
): Set<string> {
  const around = new Map<string, string[]>(cells.map(cell => [cell, []]));
  for (const { source, target } of arrows) {
    around.get(source)!.push(target);
    around.get(target)!.push(source);
  }
  const kept = new Set<string>();
  let count = 0;
  const start = Math.max(0, anchor === null ? 0 : cells.indexOf(anchor));
  const byDistance = cells
    .map((cell, place) => ({ cell, away: Math.abs(place - start) }))
    .sort((one, other) => one.away - other.away)
    .map(({ cell }) => cell);
  for (const first of byDistance) {
    const todo = [first];
    const seen = new Set(todo);
    for (const cell of todo) {
      if (kept.has(cell)) {
        continue;
      }
      count += around.get(cell)!.filter(other => kept.has(other)).length;
      if (kept.size >= MOST_CELLS || (kept.size > 0 && count > MOST_ARROWS)) {
        return kept;
      }
      kept.add(cell);
      for (const next of around.get(cell)!) {
        if (!seen.has(next)) {
          seen.add(next);
          todo.push(next);
        }
      }
    }
  }
  return kept;
}
