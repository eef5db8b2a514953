import type { CellStaleness, Inspection } from '../api/types';
import type { IQualityModel } from '../tokens';
import { RunPlan } from './runPlan';

/** What is known of the results of a notebook. */
export interface IKnownStaleness {
  /** How each code cell stands, by its id; null where it is not known what ran. */
  readonly cells: ReadonlyMap<string, CellStaleness> | null;
  /** The cells whose results would be others now, in notebook order; null where that is not known. */
  readonly stale: readonly string[] | null;
  /** What there is to run. */
  readonly plan: RunPlan;
}

const known = new WeakMap<Inspection, IKnownStaleness>();

/** What an inspection says of results, made once; null before there is one. */
export function stalenessOf({
  inspection
}: Pick<IQualityModel, 'inspection'>): IKnownStaleness | null {
  if (!inspection) {
    return null;
  }
  let made = known.get(inspection);
  if (!made) {
    const { flow, staleness } = inspection;
    const plan = new RunPlan(flow, staleness);
    made = {
      cells: staleness && new Map(staleness.map(entry => [entry.cell, entry])),
      stale: staleness && plan.stale,
      plan
    };
    known.set(inspection, made);
  }
  return made;
}
