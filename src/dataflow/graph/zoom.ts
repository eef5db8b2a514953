/** The least and the largest zoom. */
const LEAST = 0.1;
const LARGEST = 2;

/** A graph does not open smaller than this: text is to be read. */
const READABLE = 0.7;

/** Pixels below the drawing that the legend may cover. */
export const LEGEND = 100;

/** The steps of the buttons. */
const STEPS = [
  0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 2
];

/** How far a wheel turns for a zoom twice as large, in pixels. */
const DOUBLE = 400;

/** Pixels of a line and of a page, for wheels that count in these. */
const UNITS = [1, 18, 400];

/** A zoom within bounds. */
export function clampZoom(zoom: number): number {
  return Math.min(LARGEST, Math.max(LEAST, zoom));
}

/** The next larger or smaller step. */
export function zoomStep(zoom: number, direction: 1 | -1): number {
  // A zoom that the wheel left almost at a step is at it.
  return direction > 0
    ? (STEPS.find(step => step > zoom * 1.01) ?? LARGEST)
    : ([...STEPS].reverse().find(step => step < zoom / 1.01) ?? LEAST);
}

/** The zoom after a wheel turned. */
export function zoomFor(
  zoom: number,
  { deltaY, deltaMode }: Pick<WheelEvent, 'deltaY' | 'deltaMode'>
): number {
  return clampZoom(zoom * 2 ** ((-deltaY * (UNITS[deltaMode] ?? 1)) / DOUBLE));
}

/** How large something is, and how much room there is. */
interface ISize {
  readonly width: number;
  readonly height: number;
}
interface IArea {
  readonly clientWidth: number;
  readonly clientHeight: number;
}

/** The zoom with which all of a graph is seen. */
export function fittingZoom({ width, height }: ISize, area: IArea): number {
  return Math.min(
    1,
    area.clientWidth / width,
    (area.clientHeight - LEGEND) / height
  );
}

/** The zoom that a graph opens with: all of it where that can be read. */
export function openingZoom(size: ISize, area: IArea): number {
  return Math.max(READABLE, fittingZoom(size, area));
}
