/** Something that stands in a row. */
export interface IItem {
  readonly width: number;
  /** How far others stay away from it. */
  readonly gap: number;
  /** What it is linked with in the row above, and in the row below. */
  readonly above: readonly ILinkTo[];
  readonly below: readonly ILinkTo[];
  /** Its middle, from left to right. */
  x: number;
}

/** Something that an item is linked with; the heavier, the more it is to stand straight above or below. */
export interface ILinkTo {
  readonly item: IItem;
  readonly weight: number;
}

/** How often all rows are gone through, down and up. */
const SWEEPS = 16;

/** How much an item is drawn to the middle of all. */
const CENTRED = 0.05;

/**
 * Moves the items of rows from left to right, in the order they have in their row, so that they are near to what they
 * are linked with and do not overlap. Each row in turn is put as near as can be to the middles of what it is linked
 * with, in the least squares (isotonic regression by pooling adjacent violators: Ayer et al., Annals of Mathematical
 * Statistics 26, 1955). So a row is no wider than it must be, unlike where long lines have to be straight.
 *
 * @param rows - From top to bottom; each from left to right. Their `x` is changed.
 */
export function alignRows(rows: readonly (readonly IItem[])[]): void {
  for (const row of rows) {
    settle(
      row,
      row.map(() => ({ x: 0, weight: 1 }))
    );
  }
  const upwards = [...rows].reverse();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    // At last both sides count, so that nothing leans to one.
    const isLast = sweep === SWEEPS - 1;
    for (const row of rows) {
      settle(
        row,
        row.map(item =>
          wanted(isLast ? [...item.above, ...item.below] : item.above)
        )
      );
    }
    for (const row of upwards) {
      settle(
        row,
        row.map(item =>
          wanted(isLast ? [...item.above, ...item.below] : item.below)
        )
      );
    }
  }
}

/** Where an item is to stand, and how much. */
interface IWish {
  readonly x: number;
  readonly weight: number;
}

function wanted(links: readonly ILinkTo[]): IWish {
  let weight = 0;
  let sum = 0;
  for (const link of links) {
    weight += link.weight;
    sum += link.weight * link.item.x;
  }
  return { x: sum / (weight + CENTRED), weight: weight + CENTRED };
}

/** Puts the items of a row as near as can be to where they are to stand. */
function settle(row: readonly IItem[], wishes: readonly IWish[]): void {
  const offsets: number[] = [];
  const pools: { sum: number; weight: number; count: number }[] = [];
  row.forEach((item, place) => {
    const before = row[place - 1];
    offsets.push(
      before
        ? offsets[place - 1] +
            (before.width + item.width) / 2 +
            Math.max(before.gap, item.gap)
        : 0
    );
    const { x, weight } = wishes[place];
    let pool = { sum: weight * (x - offsets[place]), weight, count: 1 };
    let last = pools[pools.length - 1];
    while (last && last.sum / last.weight > pool.sum / pool.weight) {
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count
      };
      last = pools[pools.length - 1];
    }
    pools.push(pool);
  });
  let place = 0;
  for (const { sum, weight, count } of pools) {
    for (let one = 0; one < count; one++, place++) {
      row[place].x = sum / weight + offsets[place];
    }
  }
}
