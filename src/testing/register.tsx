import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { CardButtons } from '../components/cardButtons';
import { testIcon } from '../components/icons';
import { RovingGroup } from '../components/rovingGroup';
import type {
  ICount,
  IPanelProps,
  IPanelRegistry,
  ISection,
  IToolbarAction
} from '../tokens';
import { CommandIDs } from './commandIds';
import { testsOf } from './items';
import type { ITestPartOptions } from './section';
import { TestRows, TestSection } from './section';
import { COUNT_ICONS, COUNT_ROLES } from './statusIcon';
import type { Testing } from './testing';
import type { ICounts } from './words';
import { countStandings, countsWords } from './words';

/** The id of the section in the settings. */
export const TESTS_SECTION = 'tests';

/** The ids of the counts. */
const COUNTS: Readonly<Record<keyof ICounts, string>> = {
  passed: 'tests-passed',
  failed: 'tests-failed',
  notRun: 'tests-not-run'
};

/**
 * Registers what the panel shows of tests.
 */
export function registerTesting(
  registry: IPanelRegistry,
  options: ITestPartOptions
): void {
  const { testing, trans } = options;
  registry.addCardPart({
    id: 'tests',
    rank: 40,
    body: panel => <CellTests {...options} panel={panel} />
  });
  registry.addCardPart({
    id: 'tests-buttons',
    rank: 91,
    body: panel => <TestButtons {...options} panel={panel} />
  });
  registry.addSection(testsSection(options));
  (['passed', 'failed', 'notRun'] as const).forEach((kind, index) =>
    registry.addCount(testCount(kind, 30 + index, testing, trans))
  );
  registry.addAction(runAction(testing, trans));
  testing.results.changed.connect(() => registry.refresh());
  testing.runner.changed.connect(() => registry.refresh());
}

/** The tests of the active cell. */
function CellTests(
  props: ITestPartOptions & { panel: IPanelProps }
): ReactElement | null {
  const { panel, trans } = props;
  const { model, activeCellId } = panel;
  const items = testsOf(model.context).filter(
    ({ cell }) => cell === activeCellId
  );
  return items.length > 0 ? (
    <RovingGroup kind="rows" className="jp-nbq-celltests">
      <TestRows
        {...props}
        items={items}
        label={trans.__('Tests of this cell')}
      />
    </RovingGroup>
  ) : null;
}

/** The buttons about tests of the active cell. */
function TestButtons(
  props: ITestPartOptions & { panel: IPanelProps }
): ReactElement | null {
  const { panel, commands, trans } = props;
  const { activeCellId: cell } = panel;
  // Without the plugin of the commands there is nothing to press.
  if (cell === null || !commands.hasCommand(CommandIDs.addTest)) {
    return null;
  }
  const choices: [command: string, words: string][] = [
    [CommandIDs.addTest, trans.__('Add test…')],
    [CommandIDs.suggestTests, trans.__('Suggest tests…')]
  ];
  return (
    <CardButtons
      cell={cell}
      commands={commands}
      choices={choices}
      label={trans.__('Test this cell')}
      className="jp-nbq-testbuttons"
    />
  );
}

function testsSection(options: ITestPartOptions): ISection {
  const { testing, trans } = options;
  return {
    id: TESTS_SECTION,
    rank: 30,
    title: trans.__('Tests'),
    openAtFirst: false,
    summary: panel => {
      const { model, filter } = panel;
      const progress = testing.runner.progress(model.context);
      if (progress) {
        return progress.isWaiting
          ? trans.__('waiting for kernel')
          : trans.__('running %1 of %2', progress.done + 1, progress.total);
      }
      const counts = countsOf(panel, testing);
      const total = counts.passed + counts.failed + counts.notRun;
      if (total === 0) {
        return trans.__('none');
      }
      const kind = kindOf(filter);
      if (kind) {
        return trans.__('%1 of %2', counts[kind], total);
      }
      return counts.notRun === total && testing.obstacle(model, null)
        ? trans.__('needs a kernel')
        : countsWords(counts, trans);
    },
    announcement: panel => {
      const counts = countsOf(panel, testing);
      // Nothing is news before something ran.
      return counts.passed + counts.failed > 0 &&
        testing.runner.progress(panel.model.context) === null
        ? trans.__('Tests: %1', countsWords(counts, trans))
        : '';
    },
    body: panel => (
      <TestSection {...options} panel={panel} only={kindOf(panel.filter)} />
    )
  };
}

function testCount(
  kind: keyof ICounts,
  rank: number,
  testing: Testing,
  trans: TranslationBundle
): ICount {
  return {
    id: COUNTS[kind],
    rank,
    group: 'tests',
    section: TESTS_SECTION,
    icon: COUNT_ICONS[kind],
    role: COUNT_ROLES[kind],
    value: panel => countsOf(panel, testing)[kind],
    label: value => {
      const count = value ?? 0;
      switch (kind) {
        case 'passed':
          return trans._n('%1 test passed', '%1 tests passed', count);
        case 'failed':
          return trans._n('%1 test failed', '%1 tests failed', count);
        case 'notRun':
          return trans._n('%1 test not run', '%1 tests not run', count);
      }
    }
  };
}

function runAction(testing: Testing, trans: TranslationBundle): IToolbarAction {
  const isRunning = ({ model }: IPanelProps): boolean =>
    testing.runner.progress(model.context) !== null;
  const has = ({ model }: IPanelProps): boolean =>
    testsOf(model.context).length > 0;
  return {
    id: 'run-tests',
    rank: 40,
    icon: panel => (isRunning(panel) ? stopIcon : testIcon),
    label: panel =>
      isRunning(panel) ? trans.__('Stop') : trans.__('Run tests'),
    caption: panel => {
      if (isRunning(panel)) {
        return trans.__('Stop the tests');
      }
      if (!has(panel)) {
        return trans.__('This notebook has no tests');
      }
      return (
        testing.obstacle(panel.model, null) ||
        trans.__('Run every test in this notebook')
      );
    },
    enabled: panel =>
      isRunning(panel) ||
      (has(panel) && testing.obstacle(panel.model, null) === ''),
    run: async panel => {
      const { model } = panel;
      if (isRunning(panel)) {
        await testing.runner.stop(model.context);
      } else {
        await testing.runner.run(model, testsOf(model.context));
      }
    }
  };
}

function countsOf({ model }: IPanelProps, testing: Testing): ICounts {
  return countStandings(
    testsOf(model.context).map(item => testing.standing(model, item))
  );
}

function kindOf(filter: string | null): keyof ICounts | null {
  const kinds = Object.keys(COUNTS) as (keyof ICounts)[];
  return kinds.find(kind => COUNTS[kind] === filter) ?? null;
}
