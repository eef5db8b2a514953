import type { TranslationBundle } from '@jupyterlab/translation';
import {
  fastForwardIcon,
  historyIcon,
  launchIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { cellReference } from '../components/cellNames';
import { hasKernel } from '../notebook/kernel';
import type {
  ICount,
  IPanelProps,
  IPanelRegistry,
  IQualityTracker,
  ISection,
  IToolbarAction
} from '../tokens';
import { CellNamesPart } from './cellNamesPart';
import { CellState } from './cellState';
import { Dependencies, STALE_COUNT, rowsOf } from './dependencies';
import { GraphCommandIDs } from './graph/commandIds';
import type { CellRunner } from './runner';
import { stoppedAt } from './runState';
import { cellsWords, lastTimeWords } from '../components/runWords';
import { stalenessOf } from './staleness';

/** The id of the section in the settings. */
export const DEPENDENCIES_SECTION = 'dependencies';

/** What the panel's parts need of the world. */
export interface IDataflowOptions {
  tracker: IQualityTracker;
  runner: CellRunner;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/**
 * Registers what the panel shows of the flow between cells, and of what is stale.
 */
export function registerDataflow(
  registry: IPanelRegistry,
  options: IDataflowOptions
): void {
  const { tracker, runner, trans } = options;
  registry.addCardPart({
    id: 'state',
    rank: 10,
    body: panel => (
      <CellState
        panel={panel}
        tracker={tracker}
        runner={runner}
        trans={trans}
      />
    )
  });
  registry.addCardPart({
    id: 'names',
    rank: 20,
    body: panel => (
      <CellNamesPart panel={panel} tracker={tracker} trans={trans} />
    )
  });
  registry.addSection(dependenciesSection(options));
  registry.addCount(staleCount(trans));
  registry.addAction(runStaleAction(runner, trans));
  runner.changed.connect(() => registry.refresh());
}

function dependenciesSection(options: IDataflowOptions): ISection {
  const { tracker, runner, commands, trans } = options;
  return {
    id: DEPENDENCIES_SECTION,
    rank: 20,
    title: trans.__('Dependencies'),
    openAtFirst: false,
    summary: panel => {
      const failed = stoppedAt(panel, runner);
      return [
        standing(panel, trans),
        failed === null
          ? ''
          : trans.__(
              'stopped at %1',
              cellReference(panel.model, failed, trans)?.label ?? ''
            )
      ]
        .filter(words => words !== '')
        .join(', ');
    },
    action: () =>
      commands.hasCommand(GraphCommandIDs.open)
        ? {
            icon: launchIcon,
            label: trans.__('Graph'),
            caption: trans.__('Open the dependency graph in the main area'),
            run: () => void commands.execute(GraphCommandIDs.open)
          }
        : null,
    announcement: ({ model }) => {
      const stale = stalenessOf(model)?.stale?.length ?? 0;
      return stale > 0
        ? trans._n('%1 stale cell', '%1 stale cells', stale)
        : '';
    },
    body: panel =>
      panel.model.inspection && (
        <Dependencies
          key={panel.notebook.id}
          panel={panel}
          inspection={panel.model.inspection}
          tracker={tracker}
          runner={runner}
          commands={commands}
          trans={trans}
        />
      )
  };
}

/** How the results of a notebook stand, in few words; empty where that is not known. */
function standing(panel: IPanelProps, trans: TranslationBundle): string {
  const { model, filter, busy } = panel;
  const known = stalenessOf(model);
  if (!known || !model.inspection) {
    return busy ? trans.__('checking') : '';
  }
  const { cells, stale } = known;
  if (!cells || !stale) {
    return '';
  }
  if (filter === STALE_COUNT) {
    return trans.__(
      '%1 of %2',
      stale.length,
      new Set([...rowsOf(model.inspection.flow), ...stale]).size
    );
  }
  if (stale.length > 0) {
    return trans.__('%1 stale', stale.length);
  }
  const blank = new Set(
    model.snapshot?.cells
      .filter(({ source }) => source.trim() === '')
      .map(({ id }) => id)
  );
  const written = Array.from(cells.values()).filter(
    ({ cell }) => !blank.has(cell)
  );
  const notRun = written.filter(({ state }) => state === 'not-run').length;
  return notRun > 0
    ? trans.__('%1 not run', notRun)
    : trans._n('%1 cell fresh', 'all %1 cells fresh', written.length);
}

function staleCount(trans: TranslationBundle): ICount {
  return {
    id: STALE_COUNT,
    rank: 20,
    group: 'stale',
    section: DEPENDENCIES_SECTION,
    icon: historyIcon,
    role: 'warning',
    value: ({ model }) => stalenessOf(model)?.stale?.length ?? null,
    label: value =>
      value === null
        ? trans.__('Stale cells: not known')
        : trans._n('%1 stale cell', '%1 stale cells', value)
  };
}

function runStaleAction(
  runner: CellRunner,
  trans: TranslationBundle
): IToolbarAction {
  const isRunning = ({ notebook }: IPanelProps): boolean =>
    runner.running(notebook.context) !== null;
  const stale = ({ model }: IPanelProps): readonly string[] =>
    stalenessOf(model)?.stale ?? [];
  return {
    id: 'run-stale',
    rank: 30,
    icon: panel => (isRunning(panel) ? stopIcon : fastForwardIcon),
    label: panel => {
      if (isRunning(panel)) {
        return trans.__('Stop');
      }
      const count = stale(panel).length;
      return count > 0
        ? trans.__('Run %1 stale', count)
        : trans.__('Run stale');
    },
    caption: panel => {
      const { model, notebook } = panel;
      if (isRunning(panel)) {
        return trans.__('Interrupt the kernel, and run no further cells');
      }
      if (!hasKernel(notebook.sessionContext)) {
        return trans.__('Needs a running kernel');
      }
      if (stale(panel).length === 0) {
        return trans.__('Run the cells whose results would be others now');
      }
      const cells = stalenessOf(model)!.plan.ofStale();
      const { tooltip } = cellsWords(model, cells, trans);
      const time = lastTimeWords(model, cells, trans);
      return time ? trans.__('%1 · %2', tooltip, time) : tooltip;
    },
    enabled: panel =>
      isRunning(panel) ||
      (stale(panel).length > 0 && hasKernel(panel.notebook.sessionContext)),
    run: async panel => {
      const { model, notebook } = panel;
      if (isRunning(panel)) {
        await runner.stop(notebook.context);
      } else {
        const plan = stalenessOf(model)?.plan;
        await runner.run(notebook, plan?.ofStale() ?? []);
      }
    }
  };
}
