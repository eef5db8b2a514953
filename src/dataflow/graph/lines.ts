import type { IPoint } from './layout';

/** Pixels: the length of an arrow's head, and half its width. */
const HEAD = { length: 8, half: 4.5 } as const;

/** The line of an arrow as the path of an SVG: through its points from top to bottom, upright in each. */
export function linePath(points: readonly IPoint[]): string {
  const last = points.length - 1;
  return points
    .map(({ x, y }, place) => {
      if (place === 0) {
        return `M${round(x)} ${round(y)}`;
      }
      const before = points[place - 1];
      const end = place === last ? y - HEAD.length + 1 : y;
      if (before.x === x) {
        return `V${round(end)}`;
      }
      const middle = round((before.y + end) / 2);
      return `C${round(before.x)} ${middle} ${round(x)} ${middle} ${round(x)} ${round(end)}`;
    })
    .join('');
}

/** The head of an arrow, at its end. */
export function headPath(points: readonly IPoint[]): string {
  const { x, y } = points[points.length - 1];
  return `M${round(x)} ${round(y)}l${-HEAD.half} ${-HEAD.length}h${2 * HEAD.half}z`;
}

/** A number of a drawing; more digits would only make it longer. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
