import type { Run } from '../api/types';
import type { IRunRecord } from '../tokens';

/**
 * What ran, as the server is told of it: without the texts that the cells have now.
 */
export function runsToSend(
  records: readonly IRunRecord[],
  sources: ReadonlyMap<string, string>
): Run[] {
  const runs: Run[] = records.map(({ cell, source, started }) => ({
    cell,
    source: cell !== null && sources.get(cell) === source ? null : source,
    started
  }));
  return runs;
}

/** Whether two accounts of what ran say the same. */
export function sameRuns(
  one: readonly Run[] | null,
  other: readonly Run[] | null
): boolean {
  if (!one || !other || one.length !== other.length) {
    return one === other;
  }
  return one.every((run, index) => {
    const { cell, source, started } = other[index];
    return (
      run.cell === cell && run.source === source && run.started === started
    );
  });
}
