import type { TranslationBundle } from '@jupyterlab/translation';

import type { IMenuEntry } from '../components/popupMenu';
import type { IPanelProps, IQualityTracker } from '../tokens';
import type { ITestHandlers } from './testRow';
import type { Testing } from './testing';

/** What rows of tests do. */
export function testHandlers(options: {
  panel: IPanelProps;
  tracker: IQualityTracker;
  testing: Testing;
  trans: TranslationBundle;
}): ITestHandlers {
  const { panel, tracker, testing, trans } = options;
  const { notebook, model } = panel;
  const { context } = model;
  const entry = (
    label: string,
    run: () => void | Promise<unknown>
  ): IMenuEntry => ({ label, run });
  return {
    run: item => void testing.runner.run(model, [item]),
    stop: () => void testing.runner.stop(context),
    runMidway: testing.runner.canRunMidway(context)
      ? () => testing.runner.runMidway(context)
      : null,
    reveal: (item, focus) =>
      void tracker.reveal(notebook, item.cell, { focus }),
    edit: (item, line) => void testing.edit(notebook, item, line),
    obstacle: item => testing.obstacle(model, item),
    menu: (item, standing) => [
      [
        ...(testing.obstacle(model, item) === ''
          ? [entry(trans.__('Run'), () => testing.runner.run(model, [item]))]
          : []),
        entry(trans.__('Run from a clean start'), () =>
          testing.runner.run(model, [item], { clean: true })
        )
      ],
      [entry(trans.__('Edit'), () => testing.edit(notebook, item))],
      standing.state === 'failed'
        ? [
            entry(trans.__('Copy failure'), () =>
              testing.copyFailure(item, standing)
            )
          ]
        : [],
      [entry(trans.__('Delete'), () => testing.remove(notebook, item))]
    ]
  };
}
