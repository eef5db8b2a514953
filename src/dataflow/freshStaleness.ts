import type { IQualityModel } from '../tokens';
import type { IKnownStaleness } from './staleness';
import { stalenessOf } from './staleness';

/** How long a check is waited for, in milliseconds. */
const PATIENCE = 20_000;

/**
 * What is known of the results of a notebook as it is now, after a check where one is due.
 *
 * @returns Null where the check failed.
 */
export async function freshStaleness(
  model: IQualityModel
): Promise<IKnownStaleness | null> {
  await model.check();
  if (model.status === 'checking') {
    // A newer check took the place of this one.
    await settled(model);
  }
  return model.status === 'done' ? stalenessOf(model) : null;
}

function settled(model: IQualityModel): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      window.clearTimeout(timer);
      model.changed.disconnect(onChanged);
      resolve();
    };
    const onChanged = (): void => {
      if (model.status !== 'checking') {
        end();
      }
    };
    const timer = window.setTimeout(end, PATIENCE);
    model.changed.connect(onChanged);
  });
}
