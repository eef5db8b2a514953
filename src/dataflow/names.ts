import type { CellFlow, Flow, NameAt, Position, Range } from '../api/types';

/** A place in a notebook. */
export interface IPlace {
  readonly cell: string;
  /** Null where the cell as a whole is meant. */
  readonly range: Range | null;
}

/**
 * Where the definition stands that a name has at a place: in the cell itself above the place, else in the cell that it
 * surely comes from, of several the closest, else in any other cell that defines it.
 *
 * @returns Null where no cell defines it.
 */
export function definitionOf(
  flow: Flow,
  name: string,
  at: { cell: string; position: Position }
): IPlace | null {
  const order = new Map(flow.cells.map(({ cell }, place) => [cell, place]));
  const here = order.get(at.cell) ?? -1;
  const own = flow.cells[here] as CellFlow | undefined;
  const ownDefinition = own?.defines.find(entry => entry.name === name);
  const isRead = own?.uses.some(entry => entry.name === name);
  if (
    ownDefinition?.range &&
    (!isRead || comesAfter(at.position, ownDefinition.range))
  ) {
    return { cell: at.cell, range: ownDefinition.range };
  }
  const sources = flow.dependencies
    .filter(
      ({ target, names, kind }) =>
        target === at.cell && kind === 'definition' && names.includes(name)
    )
    .map(({ source }) => order.get(source) ?? -1);
  const defining = flow.cells.flatMap(({ defines }, place) =>
    place !== here && defines.some(entry => entry.name === name) ? [place] : []
  );
  const above = defining.filter(place => place < here);
  const place = sources.length
    ? Math.max(...sources)
    : (above[above.length - 1] ?? defining[0]);
  const cell = place === undefined ? undefined : flow.cells[place];
  return cell ? { cell: cell.cell, range: rangeIn(cell.defines, name) } : null;
}

function rangeIn(entries: readonly NameAt[], name: string): Range | null {
  return (
    entries.find(entry => entry.name === name && entry.range)?.range ?? null
  );
}

/** Whether a place comes after the beginning of a range, or in it. */
function comesAfter(position: Position, { start }: Range): boolean {
  return (
    position.line > start.line ||
    (position.line === start.line && position.column >= start.column)
  );
}
