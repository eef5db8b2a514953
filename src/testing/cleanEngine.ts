import type { Notebook, TestLine, WorldEffect } from '../api/types';
import type { IQualityClient, IQualityModel } from '../tokens';
import { keyOf } from './items';
import type { RunClean } from './runner';
import { resultOf } from './verdicts';

/** What running from a clean start needs of the world. */
export interface ICleanEngineOptions {
  client: Pick<IQualityClient, 'runTests'>;
  /** Asks whether cells may run that reach out of the folder of their notebook. */
  mayReach(
    model: IQualityModel,
    effects: readonly WorldEffect[]
  ): Promise<boolean>;
  /** A sentence for an answer that ends too soon. */
  broken: string;
}

/** Runs tests in new kernels, on the server: each after the cells that it needs. */
export function runClean(options: ICleanEngineOptions): RunClean {
  const { client, mayReach, broken } = options;
  return async (model, items, onResult, signal) => {
    const wanted = new Map(items.map(item => [item.key, item]));
    const ask = async (
      notebook: Notebook,
      consent: boolean
    ): Promise<readonly WorldEffect[] | null> => {
      let last = null as TestLine | null;
      await client.runTests(
        {
          notebook,
          tests: items.map(({ cell, test }) => ({ cell, name: test.name })),
          consent
        },
        line => {
          last = line;
          if (line.kind === 'result') {
            const item = wanted.get(keyOf(line.cell, line.result.name));
            if (item) {
              onResult(item, resultOf(line.result));
            }
          }
        },
        signal
      );
      if (last?.kind === 'consent') {
        return last.effects;
      }
      if (last?.kind !== 'done') {
        throw new Error(last?.kind === 'failed' ? last.message : broken);
      }
      return null;
    };
    const notebook = model.takeSnapshot();
    const effects = await ask(notebook, false);
    if (effects && !signal.aborted && (await mayReach(model, effects))) {
      await ask(notebook, true);
    }
  };
}
