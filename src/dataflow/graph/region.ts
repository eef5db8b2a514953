import { NODE } from './layout';
import type { IBox, ILayout, IPoint } from './layout';
import { round } from './lines';

/** How round the corners of the outline are. */
const RADIUS = 8;

/** Pixels around a cell, so that two side by side are in one region, and around a line. */
const PADDING = { x: 18, y: 12 } as const;
const LINE_PADDING = { x: 9, y: 9 } as const;

/** More boxes than these have no outline in common: it would take long, and nobody could follow it. */
const MOST_BOXES = 400;

/**
 * The outline of boxes taken together, as the path of an SVG with round corners. Where boxes overlap or touch they are
 * one region.
 */
export function outlineOf(boxes: readonly IBox[]): string {
  return loopsOf(boxes.slice(0, MOST_BOXES).map(whole))
    .filter(loop => !isGap(loop))
    .map(roundedPath)
    .join('');
}

/** The boxes of cells, with some space around them, and of the lines between them. */
export function boxesOf(
  layout: ILayout,
  isInside: (cell: string) => boolean
): IBox[] {
  return [
    ...layout.nodes
      .filter(({ cell }) => isInside(cell))
      .map(node => grown(node, PADDING)),
    ...layout.edges
      .filter(({ arrow }) => isInside(arrow.source) && isInside(arrow.target))
      .flatMap(({ points }) => alongLine(points))
  ];
}

/** Boxes along a line: down, across halfway, and down again, as lines bend. */
function alongLine(points: readonly IPoint[]): IBox[] {
  return points.slice(1).flatMap((to, place) => {
    const from = points[place];
    const middle = (from.y + to.y) / 2;
    return [
      boxOf(from, { x: from.x, y: middle }),
      boxOf({ x: from.x, y: middle }, { x: to.x, y: middle }),
      boxOf({ x: to.x, y: middle }, to)
    ].map(box => grown(box, LINE_PADDING));
  });
}

function boxOf(one: IPoint, other: IPoint): IBox {
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y)
  };
}

function grown({ x, y, width, height }: IBox, by: IPoint): IBox {
  return {
    x: x - by.x,
    y: y - by.y,
    width: width + 2 * by.x,
    height: height + 2 * by.y
  };
}

/** Whether a loop is a hole that no cell would fit in. */
function isGap(loop: readonly IPoint[]): boolean {
  const xs = loop.map(({ x }) => x);
  const ys = loop.map(({ y }) => y);
  const isHole =
    loop.reduce((sum, { x, y }, place) => {
      const next = loop[(place + 1) % loop.length];
      return sum + x * next.y - next.x * y;
    }, 0) < 0;
  return (
    isHole &&
    (Math.max(...xs) - Math.min(...xs) < NODE.width ||
      Math.max(...ys) - Math.min(...ys) < NODE.height)
  );
}

/** A box whose edges are whole numbers, so that those of boxes side by side are the same. */
function whole({ x, y, width, height }: IBox): IBox {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return {
    x: left,
    y: top,
    width: Math.ceil(x + width) - left,
    height: Math.ceil(y + height) - top
  };
}

/**
 * The corners of the regions that boxes cover, each region's outline clockwise and its holes the other way. The edges
 * of the boxes divide the plane into a grid; the outline runs between its fields that are covered and those that are
 * not.
 */
export function loopsOf(boxes: readonly IBox[]): IPoint[][] {
  const xs = ascending(boxes.flatMap(({ x, width }) => [x, x + width]));
  const ys = ascending(boxes.flatMap(({ y, height }) => [y, y + height]));
  const column = new Map(xs.map((x, place) => [x, place]));
  const row = new Map(ys.map((y, place) => [y, place]));
  const isCovered = ys.map(() => xs.map(() => false));
  for (const box of boxes) {
    for (let r = row.get(box.y)!; r < row.get(box.y + box.height)!; r++) {
      isCovered[r].fill(true, column.get(box.x), column.get(box.x + box.width));
    }
  }
  const covered = (r: number, c: number): boolean => isCovered[r]?.[c] ?? false;

  // From each corner of the grid where an edge begins to where it ends; the region is at its right.
  const edges = new Map<string, [number, number][]>();
  const add = (from: [number, number], to: [number, number]): void => {
    const known = edges.get(from.join());
    if (known) {
      known.push(to);
    } else {
      edges.set(from.join(), [to]);
    }
  };
  for (let r = 0; r < ys.length; r++) {
    for (let c = 0; c < xs.length; c++) {
      if (!covered(r, c)) {
        continue;
      }
      if (!covered(r - 1, c)) {
        add([c, r], [c + 1, r]);
      }
      if (!covered(r, c + 1)) {
        add([c + 1, r], [c + 1, r + 1]);
      }
      if (!covered(r + 1, c)) {
        add([c + 1, r + 1], [c, r + 1]);
      }
      if (!covered(r, c - 1)) {
        add([c, r + 1], [c, r]);
      }
    }
  }
  const loops: IPoint[][] = [];
  for (const start of edges.keys()) {
    while (edges.get(start)!.length > 0) {
      const loop: IPoint[] = [];
      let at = start;
      do {
        const [c, r] = edges.get(at)!.pop()!;
        loop.push({ x: xs[c], y: ys[r] });
        at = [c, r].join();
      } while (at !== start);
      loops.push(cornersOf(loop));
    }
  }
  return loops;
}

/** The points where a loop turns. */
function cornersOf(loop: readonly IPoint[]): IPoint[] {
  return loop.filter((point, place) => {
    const before = loop[(place + loop.length - 1) % loop.length];
    const after = loop[(place + 1) % loop.length];
    return !(
      (before.x === point.x && point.x === after.x) ||
      (before.y === point.y && point.y === after.y)
    );
  });
}

function roundedPath(loop: readonly IPoint[]): string {
  const parts = loop.map((corner, place) => {
    const before = loop[(place + loop.length - 1) % loop.length];
    const after = loop[(place + 1) % loop.length];
    const radius = Math.min(
      RADIUS,
      distance(before, corner) / 2,
      distance(corner, after) / 2
    );
    const from = towards(corner, before, radius);
    const to = towards(corner, after, radius);
    return `${place === 0 ? 'M' : 'L'}${round(from.x)} ${round(from.y)}Q${round(corner.x)} ${round(corner.y)} ${round(to.x)} ${round(to.y)}`;
  });
  return `${parts.join('')}Z`;
}

/** Of two points on an upright or level line. */
function distance(one: IPoint, other: IPoint): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y);
}

function towards(from: IPoint, to: IPoint, by: number): IPoint {
  return {
    x: from.x + Math.sign(to.x - from.x) * by,
    y: from.y + Math.sign(to.y - from.y) * by
  };
}

function ascending(values: readonly number[]): number[] {
  return Array.from(new Set(values)).sort((one, other) => one - other);
}
