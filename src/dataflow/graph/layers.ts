/** One cell needs another. */
export interface ILayerEdge {
  readonly source: string;
  readonly target: string;
}

/**
 * Gives cells layers, from 0 at the top: each below all that it needs, and never more than `widest` in one layer. A
 * cell that needs nothing comes as close to what needs it as there is room.
 *
 * It is the list scheduling of layered drawings of bounded width (Coffman and Graham, Acta Informatica 1, 1972), with
 * the order of the notebook for the priorities.
 *
 * @param cells - In notebook order.
 * @param edges - Each from a cell to one further down; others are ignored.
 */
export function layersOf(
  cells: readonly string[],
  edges: readonly ILayerEdge[],
  widest: number
): Map<string, number> {
  const places = new Map(cells.map((cell, place) => [cell, place]));
  const needs = new Map<string, string[]>(cells.map(cell => [cell, []]));
  const users = new Map<string, string[]>(cells.map(cell => [cell, []]));
  for (const { source, target } of edges) {
    if ((places.get(source) ?? Infinity) < (places.get(target) ?? -1)) {
      needs.get(target)!.push(source);
      users.get(source)!.push(target);
    }
  }
  const layers = new Map<string, number>();
  const counts: number[] = [];
  const count = (layer: number): number => counts[layer] ?? 0;
  for (const cell of cells) {
    let layer = Math.max(0, ...needs.get(cell)!.map(id => layers.get(id)! + 1));
    while (count(layer) >= widest) {
      layer++;
    }
    layers.set(cell, layer);
    counts[layer] = count(layer) + 1;
  }
  for (const cell of [...cells].reverse()) {
    if (needs.get(cell)!.length > 0 || users.get(cell)!.length === 0) {
      continue;
    }
    const before = layers.get(cell)!;
    let layer = Math.min(...users.get(cell)!.map(id => layers.get(id)!)) - 1;
    while (layer > before && count(layer) >= widest) {
      layer--;
    }
    if (layer > before) {
      counts[before]--;
      counts[layer] = count(layer) + 1;
      layers.set(cell, layer);
    }
  }
  return withoutGaps(layers);
}

/** Numbers the layers that hold something one after the other. */
function withoutGaps(layers: ReadonlyMap<string, number>): Map<string, number> {
  const used = Array.from(new Set(layers.values())).sort(
    (one, other) => one - other
  );
  const numbers = new Map(used.map((layer, place) => [layer, place]));
  return new Map(
    Array.from(layers, ([cell, layer]) => [cell, numbers.get(layer)!])
  );
}
