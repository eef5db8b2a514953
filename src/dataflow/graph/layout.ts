import { Graph, layout } from '@dagrejs/dagre';
import type { EdgeLabel, NodeLabel, Point } from '@dagrejs/dagre';

import type { IArrow } from './arrows';
import { alignRows } from './columns';
import type { IItem, ILinkTo } from './columns';
import { layersOf } from './layers';
import { cut, widthOf } from './text';

/** Pixels: a cell; the space between cells, lines, layers and parts, and around everything. */
export const NODE = { width: 214, height: 44 } as const;
const GAP = 30;
const LINE_GAP = 14;
const LAYER_GAP = 32;
const SHELF_GAP = 40;
const MARGIN = 24;

/** More cells than these do not stand beside one another. */
const WIDEST = 5;

/** How much straighter lines are that several arrows share. */
const STRAIGHT = 20;

/** Pixels: a character of a label, its height, and what is around its text. */
const CHARACTER = 6.62;
const LABEL = { height: 16, padding: 5 } as const;

/** Names of a label, and the characters of each. */
const MOST_NAMES = 3;
const LONGEST_NAME = 24;

/** Where lines leave and reach a cell: not nearer to its corners than this. */
const CORNER = 22;

export interface IPoint {
  readonly x: number;
  readonly y: number;
}

/** The left upper corner and the size. */
export interface IBox extends IPoint {
  readonly width: number;
  readonly height: number;
}

/** Where a cell stands. */
export interface ILaidNode extends IBox {
  readonly cell: string;
}

/** Where an arrow runs, from the lower edge of one cell to the upper edge of another. */
export interface ILaidEdge {
  readonly arrow: IArrow;
  readonly points: readonly IPoint[];
  /** The names on it; null where they are not wanted. */
  readonly label: (IBox & { readonly text: string }) | null;
}

/** Where everything stands. */
export interface ILayout {
  /** In notebook order. */
  readonly nodes: readonly ILaidNode[];
  readonly edges: readonly ILaidEdge[];
  readonly width: number;
  readonly height: number;
}

/**
 * Lays cells out in layers, from top to bottom. Cells that are linked stand together; those parts stand beside and
 * below one another in notebook order, the cells without links last.
 *
 * @param cells - In notebook order.
 * @param arrows - Between these cells, each to one further down.
 * @param hasNames - Whether the names stand on the arrows.
 */
export function layOut(
  cells: readonly string[],
  arrows: readonly IArrow[],
  hasNames: boolean
): ILayout {
  const parts = partsOf(cells, arrows).map(part =>
    layOutPart(part.cells, part.arrows, hasNames)
  );
  const linked = parts.filter(({ nodes }) => nodes.length > 1);
  const single = parts.filter(({ nodes }) => nodes.length === 1);
  const across = Math.max(
    WIDEST * NODE.width + (WIDEST - 1) * GAP,
    ...linked.map(({ width }) => width)
  );
  const nodes = new Map<string, ILaidNode>();
  const edges: ILaidEdge[] = [];
  let x = 0;
  let y = 0;
  let tallest = 0;
  let width = 0;
  for (const part of [...linked, ...single]) {
    const isNewShelf = x > 0 && (x + part.width > across || part === single[0]);
    if (isNewShelf) {
      x = 0;
      y += tallest + SHELF_GAP;
      tallest = 0;
    }
    const by = { x: MARGIN + x, y: MARGIN + y };
    for (const node of part.nodes) {
      nodes.set(node.cell, moved(node, by));
    }
    for (const { arrow, points, label } of part.edges) {
      edges.push({
        arrow,
        points: points.map(point => moved(point, by)),
        label: label && moved(label, by)
      });
    }
    x += part.width + GAP;
    width = Math.max(width, x - GAP);
    tallest = Math.max(tallest, part.height);
  }
  return {
    nodes: cells.map(cell => nodes.get(cell)!),
    edges,
    width: width + 2 * MARGIN,
    height: y + tallest + 2 * MARGIN
  };
}

/** The names on an arrow: the first few, and how many more there are. */
export function labelOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(name => cut(name, LONGEST_NAME));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` +${more}` : '');
}

interface IPart {
  readonly cells: string[];
  readonly arrows: IArrow[];
}

/** The parts that no arrow links, in the order of their first cells. */
function partsOf(cells: readonly string[], arrows: readonly IArrow[]): IPart[] {
  const linked = new Map<string, string[]>(cells.map(cell => [cell, []]));
  for (const { source, target } of arrows) {
    linked.get(source)!.push(target);
    linked.get(target)!.push(source);
  }
  const partOf = new Map<string, IPart>();
  const parts: IPart[] = [];
  for (const cell of cells) {
    if (!partOf.has(cell)) {
      const part: IPart = { cells: [], arrows: [] };
      parts.push(part);
      const todo = [cell];
      partOf.set(cell, part);
      while (todo.length > 0) {
        for (const next of linked.get(todo.pop()!)!) {
          if (!partOf.has(next)) {
            partOf.set(next, part);
            todo.push(next);
          }
        }
      }
    }
    partOf.get(cell)!.cells.push(cell);
  }
  for (const arrow of arrows) {
    partOf.get(arrow.source)!.arrows.push(arrow);
  }
  return parts;
}

/** What is laid out: cells, and the points where lines cross a layer. */
type LayerGraph = Graph<object, NodeLabel, EdgeLabel>;

function layOutPart(
  cells: readonly string[],
  arrows: readonly IArrow[],
  hasNames: boolean
): ILayout {
  if (cells.length === 1) {
    const node = { cell: cells[0], x: 0, y: 0, ...NODE };
    return { nodes: [node], edges: [], ...NODE };
  }
  const layers = layersOf(cells, arrows, WIDEST);
  const graph: LayerGraph = new Graph();
  graph.setGraph({
    rankdir: 'TB',
    nodesep: GAP,
    edgesep: LINE_GAP,
    ranksep: LAYER_GAP,
    // The layers are ours.
    ranker: 'none'
  });
  // Each arrow takes two ranks: its names stand on the one between.
  for (const cell of cells) {
    graph.setNode(cell, { ...NODE, rank: 2 * layers.get(cell)! });
  }
  const labels = new Map<IArrow, string>();
  const routes = new Map<IArrow, string[]>();
  for (const arrow of arrows) {
    const { source, target } = arrow;
    const route = [
      source,
      ...trunkOf(graph, source, layers.get(source)!, layers.get(target)!),
      target
    ];
    const text = hasNames ? labelOf(arrow.names) : '';
    graph.setEdge(route[route.length - 2], target, {
      width: text ? widthOf(text) * CHARACTER + 2 * LABEL.padding : 0,
      height: text ? LABEL.height : 0,
      labelpos: 'c'
    });
    labels.set(arrow, text);
    routes.set(arrow, route);
  }
  layout(graph);
  align(graph);

  const nodes = new Map(
    cells.map(cell => {
      const { x = 0, y = 0 } = graph.node(cell);
      return [
        cell,
        { cell, x: x - NODE.width / 2, y: y - NODE.height / 2, ...NODE }
      ];
    })
  );
  const edges = arrows.map(arrow => {
    const route = routes.get(arrow)!;
    const text = labels.get(arrow)!;
    const { width, height, middle } = stepOf(
      graph,
      route[route.length - 2],
      arrow.target
    );
    return {
      arrow,
      points: between(
        nodes.get(arrow.source)!,
        pointsOf(graph, route),
        nodes.get(arrow.target)!
      ),
      label: text
        ? {
            text,
            x: middle.x - width / 2,
            y: middle.y - height / 2,
            width,
            height
          }
        : null
    };
  });
  return withinBounds(Array.from(nodes.values()), edges);
}

/**
 * The nodes that the arrows of a cell share on their way down to a layer, one for each layer between. So many arrows
 * from one cell are one line that others branch off, which needs little room.
 */
function trunkOf(
  graph: LayerGraph,
  source: string,
  from: number,
  to: number
): string[] {
  const trunk: string[] = [];
  for (let layer = from + 1; layer < to; layer++) {
    const id = JSON.stringify([source, layer]);
    if (!graph.hasNode(id)) {
      graph.setNode(id, { width: 1, height: NODE.height, rank: 2 * layer });
      graph.setEdge(trunk[trunk.length - 1] ?? source, id, {
        width: 0,
        height: 0,
        labelpos: 'c',
        weight: STRAIGHT
      });
    }
    trunk.push(id);
  }
  return trunk;
}

/** Takes the order from dagre, and not the places: it keeps long lines straight, which makes drawings very wide. */
function align(graph: LayerGraph): void {
  const rows = new Map<number, IMutableItem[]>();
  const items = new Map<string, IMutableItem>();
  const add = (
    at: { x?: number; y?: number },
    width: number,
    gap: number
  ): IMutableItem => {
    const item = { at, width, gap, x: at.x!, above: [], below: [] };
    const row = rows.get(at.y!) ?? [];
    rows.set(at.y!, row);
    row.push(item);
    return item;
  };
  for (const id of graph.nodes()) {
    const node = graph.node(id);
    items.set(id, add(node, node.width, node.width > 1 ? GAP : LINE_GAP));
  }
  for (const { v, w } of graph.edges()) {
    const { middle, width, weight } = stepOf(graph, v, w);
    const item = add(middle, width, LINE_GAP);
    for (const [above, below] of [
      [items.get(v)!, item],
      [item, items.get(w)!]
    ]) {
      above.below.push({ item: below, weight });
      below.above.push({ item: above, weight });
    }
  }
  const sorted = Array.from(rows)
    .sort(([one], [other]) => one - other)
    .map(([, row]) => row.sort((one, other) => one.x - other.x));
  alignRows(sorted);
  for (const item of sorted.flat()) {
    item.at.x = item.x;
  }
}

interface IMutableItem extends IItem {
  readonly at: { x?: number };
  readonly above: ILinkTo[];
  readonly below: ILinkTo[];
}

/** One step of an arrow: its label, and the point halfway, where that stands. */
function stepOf(
  graph: LayerGraph,
  source: string,
  target: string
): { width: number; height: number; weight: number; middle: Point } {
  const {
    points,
    width = 0,
    height = 0,
    weight = 1
  } = graph.edge(source, target);
  return { width, height, weight, middle: points![1] };
}

/**
 * The points that an arrow goes through, without its ends: straight past the cells of a layer, so that it bends between
 * layers.
 */
function pointsOf(graph: LayerGraph, route: readonly string[]): IPoint[] {
  const last = route.length - 1;
  return [
    ...route.slice(1, last).flatMap(id => {
      const { x = 0, y = 0 } = graph.node(id);
      return [
        { x, y: y - NODE.height / 2 },
        { x, y: y + NODE.height / 2 }
      ];
    }),
    stepOf(graph, route[last - 1], route[last]).middle
  ];
}

/** From the lower edge of a cell through points to the upper edge of another, as straight down as may be. */
function between(
  source: IBox,
  points: readonly IPoint[],
  target: IBox
): IPoint[] {
  const port = (box: IBox, towards: number): number =>
    Math.min(Math.max(towards, box.x + CORNER), box.x + box.width - CORNER);
  const first = points[0] ?? middleOf(target);
  const last = points[points.length - 1] ?? middleOf(source);
  return [
    { x: port(source, first.x), y: source.y + source.height },
    ...points,
    { x: port(target, last.x), y: target.y }
  ];
}

function middleOf(box: IBox): IPoint {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Moves everything so that it begins at 0, and tells how large it is. */
function withinBounds(
  nodes: readonly ILaidNode[],
  edges: readonly ILaidEdge[]
): ILayout {
  const boxes: IBox[] = [
    ...nodes,
    ...edges.flatMap(({ label }) => label ?? []),
    ...edges.flatMap(({ points }) =>
      points.map(point => ({ ...point, width: 0, height: 0 }))
    )
  ];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  const by = { x: -left, y: -top };
  return {
    nodes: nodes.map(node => moved(node, by)),
    edges: edges.map(({ arrow, points, label }) => ({
      arrow,
      points: points.map(point => moved(point, by)),
      label: label && moved(label, by)
    })),
    width: right - left,
    height: bottom - top
  };
}

function moved<T extends IPoint>(what: T, by: IPoint): T {
  return { ...what, x: what.x + by.x, y: what.y + by.y };
}
