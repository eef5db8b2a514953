import type { Run } from '../api/types';
import type { IKeptRun } from './runHistory';

/** So many characters of texts that are no longer those of the cells are sent. */
const MOST_TEXT = 500_000;

/**
 * What ran, as the server is told of it: without the texts that the cells have now.
 *
 * @param runs - In order.
 * @param sources - The texts of the cells by their ids.
 */
export function runsToSend(
  runs: readonly IKeptRun[],
  sources: ReadonlyMap<string, string>
): Run[] {
  const seen = new Set<string>();
  const sent: Run[] = [];
  let room = MOST_TEXT;
  for (const { cell, source, ran, started } of [...runs].reverse()) {
    const now = cell === null ? undefined : sources.get(cell);
    const isNow = source === now || ran === now;
    const isLast = cell !== null && !seen.has(cell);
    if (cell !== null) {
      seen.add(cell);
    }
    room -= isNow ? 0 : source.length;
    // Of a cell that ran often, with long texts, the first runs tell the least.
    if (isNow || isLast || room >= 0) {
      sent.push({ cell, source: isNow ? null : source, started });
    }
  }
  return sent.reverse();
}

/** Whether two accounts of what ran say the same. */
export function sameRuns(
  one: readonly Run[] | null,
  other: readonly Run[] | null
): boolean {
  if (!one || !other || one.length !== other.length) {
    return one === other;
  }
  return one.every(({ cell, source, started }, index) => {
    const run = other[index];
    return (
      cell === run.cell && source === run.source && started === run.started
    );
  });
}
