import type { EditPlan, Notebook } from '../api/types';
import type { IRunRecords } from '../tokens';

/**
 * The cells whose new text may be taken for the one that ran, once a plan that keeps what the notebook does is applied:
 * those that it changes, where all that it takes code from ran as it stands in the notebook.
 *
 * @param snapshot - What the plan was computed for.
 */
export function cellsToAccept(
  { operations }: EditPlan,
  snapshot: Notebook,
  runs: Pick<IRunRecords, 'lastRun'>
): string[] {
  const sources = new Map(snapshot.cells.map(cell => [cell.id, cell.source]));
  const changed = new Set<string>();
  for (const operation of operations) {
    if (operation.kind === 'change-cell') {
      changed.add(operation.cell);
    }
    if (
      (operation.kind === 'change-cell' || operation.kind === 'delete-cell') &&
      runs.lastRun(operation.cell)?.source !== sources.get(operation.cell)
    ) {
      return [];
    }
  }
  return [...changed];
}
