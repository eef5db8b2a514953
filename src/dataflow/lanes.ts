/** A dependency between two rows, by their places from 0; the source is above the target. */
export interface IEdge {
  readonly source: number;
  readonly target: number;
}

/** The edges of one row that go to rows further down, on a lane of their own. */
export interface ILane {
  readonly source: number;
  readonly targets: readonly number[];
  /** From 0, the one next to the nodes. */
  readonly lane: number;
}

/** How edges are drawn beside the rows. */
export interface ILaneLayout {
  /** Sources whose edge goes straight to the next row. */
  readonly straight: readonly number[];
  readonly lanes: readonly ILane[];
  /** How many edges of a row there was no lane for. */
  readonly hidden: ReadonlyMap<number, number>;
}

/** More lanes than these make no picture. */
export const MOST_LANES = 5;

/**
 * Gives edges their places: to the next row straight, others on lanes to the left, those of one source on one lane.
 * Lanes are given to the shortest first, so that long ones run outside (as in drawings of version histories).
 */
export function layOut(edges: readonly IEdge[]): ILaneLayout {
  const straight = new Set<number>();
  const further = new Map<number, number[]>();
  for (const { source, target } of edges) {
    if (target === source + 1) {
      straight.add(source);
    } else if (target > source) {
      further.set(source, [...(further.get(source) ?? []), target]);
    }
  }
  const spans = Array.from(further, ([source, targets]) => ({
    source,
    targets: targets.sort((one, other) => one - other)
  })).sort(
    (one, other) => lengthOf(one) - lengthOf(other) || one.source - other.source
  );
  const lanes: ILane[] = [];
  const hidden = new Map<number, number>();
  for (const { source, targets } of spans) {
    const last = targets[targets.length - 1];
    let lane = 0;
    while (
      lane < MOST_LANES &&
      lanes.some(
        other =>
          other.lane === lane &&
          other.source <= last &&
          source <= other.targets[other.targets.length - 1]
      )
    ) {
      lane++;
    }
    if (lane < MOST_LANES) {
      lanes.push({ source, targets, lane });
    } else {
      hidden.set(source, targets.length);
    }
  }
  return { straight: Array.from(straight), lanes, hidden };
}

function lengthOf(span: { source: number; targets: number[] }): number {
  return span.targets[span.targets.length - 1] - span.source;
}
