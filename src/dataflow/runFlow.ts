import type { Flow, Inspection } from '../api/types';

const known = new WeakMap<Inspection, Flow | null>();

/**
 * The flow between cells as it came about in the kernel: the cells that ran, in the order in which they ran last, but
 * each below those that gave it what it read, as far as that goes: two cells may have given each other something.
 *
 * @returns Null where it is not known what ran, or nothing did.
 */
export function runFlowOf(inspection: Inspection): Flow | null {
  let flow = known.get(inspection);
  if (flow === undefined) {
    flow = made(inspection);
    known.set(inspection, flow);
  }
  return flow;
}

function made({ flow, ran }: Inspection): Flow | null {
  if (!ran || ran.cells.length === 0) {
    return null;
  }
  const cells = new Map(flow.cells.map(cell => [cell.cell, cell]));
  const { dependencies } = ran;
  return {
    cells: ordered(ran.cells, dependencies).flatMap(
      cell => cells.get(cell) ?? []
    ),
    dependencies,
    missing: []
  };
}

/** Puts each cell right below the last of those that gave it something, where they would stand below it. */
function ordered(
  cells: readonly string[],
  dependencies: Flow['dependencies']
): string[] {
  const places = new Map(cells.map((cell, place) => [cell, place]));
  const sources = new Map<string, string[]>(cells.map(cell => [cell, []]));
  for (const { source, target } of dependencies) {
    sources.get(target)?.push(source);
  }
  const found = new Set<string>();
  const asked = new Set<string>();
  const add = (cell: string): void => {
    if (asked.has(cell) || !places.has(cell)) {
      return;
    }
    asked.add(cell);
    sources
      .get(cell)!
      .sort((one, other) => places.get(one)! - places.get(other)!)
      .forEach(add);
    found.add(cell);
  };
  cells.forEach(add);
  return Array.from(found);
}
