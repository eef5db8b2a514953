/**
 * Leaves out the oldest runs: first those that are of no cell the last.
 *
 * @param runs - In order.
 * @param most - So many may stay.
 */
export function trimmed<T extends { readonly cell: string | null }>(
  runs: readonly T[],
  most: number
): readonly T[] {
  let excess = runs.length - most;
  if (excess <= 0) {
    return runs;
  }
  const last = new Map(runs.map((run, index) => [run.cell, index]));
  last.delete(null);
  return runs
    .filter((run, index) => last.get(run.cell) === index || excess-- <= 0)
    .slice(-most);
}
