import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';

import type { ITestItem } from './items';
import { testsOf } from './items';

type Context = DocumentRegistry.IContext<INotebookModel>;

/**
 * Knows which tests nobody looked at: those that came with a notebook that is not trusted. A test is code that is not
 * seen, and running its cell, which the application takes for trust, shows nothing of it.
 */
export class TestTrust {
  /** Notes what came with a notebook. */
  opened(context: Context): void {
    void context.ready.then(() => {
      if (!context.isDisposed && !isTrusted(context)) {
        for (const item of testsOf(context)) {
          this._of(this._unseen, context).add(item.test.source);
        }
      }
    });
  }

  /** The person said that they trust a notebook. */
  trusted(context: Context): void {
    if (isTrusted(context)) {
      this._unseen.delete(context);
    }
  }

  /** The person saw tests, or wrote them. */
  saw(context: Context, sources: readonly string[]): void {
    for (const source of sources) {
      this._of(this._seen, context).add(source);
    }
  }

  /** Those of some tests that nobody looked at. */
  unseen(context: Context, items: readonly ITestItem[]): ITestItem[] {
    const seen = this._seen.get(context);
    const unseen = this._unseen.get(context);
    const untrusted = new Set(
      Array.from(context.model.cells)
        .filter(({ trusted }) => !trusted)
        .map(({ id }) => id)
    );
    return items.filter(
      ({ cell, test }) =>
        !seen?.has(test.source) &&
        (unseen?.has(test.source) || untrusted.has(cell))
    );
  }

  private _of(
    map: WeakMap<Context, Set<string>>,
    context: Context
  ): Set<string> {
    const known = map.get(context) ?? new Set();
    map.set(context, known);
    return known;
  }

  private readonly _seen = new WeakMap<Context, Set<string>>();
  private readonly _unseen = new WeakMap<Context, Set<string>>();
}

function isTrusted({ model }: Context): boolean {
  return Array.from(model.cells).every(
    cell => cell.type !== 'code' || cell.trusted
  );
}
