import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CELL_ARGUMENTS, NO_ARGUMENTS } from '../components/commandArguments';
import type { IQualitySettings, IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import type { ITestItem } from './items';
import { testsOf } from './items';
import type { Testing } from './testing';

/** What the commands need of the world. */
export interface ITestCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  settings: IQualitySettings;
  testing: Testing;
  /** The node of the cell, or of its name, that the context menu was opened on; undefined where it was neither. */
  clickedCell(): HTMLElement | undefined;
  trans: TranslationBundle;
}

/**
 * Adds the commands about tests.
 */
export function addTestCommands(options: ITestCommandsOptions): void {
  const { commands, tracker, settings, testing, trans } = options;
  const { runner } = testing;

  const cellOf = ({
    cell,
    clicked
  }: ReadonlyPartialJSONObject): string | null => {
    const node = clicked === true ? options.clickedCell() : undefined;
    const named =
      typeof cell === 'string' ? cell : (node?.dataset.nbqCell ?? null);
    const model = named
      ? Array.from(tracker.current?.content.model?.cells ?? []).find(
          ({ id }) => id === named
        )
      : tracker.current?.content.widgets.find(one => one.node === node)?.model;
    if (model || named !== null) {
      return model?.type === 'code' ? model.id : null;
    }
    return tracker.activeCellId;
  };
  const itemsOf = (args: ReadonlyPartialJSONObject | null): ITestItem[] => {
    const { current } = tracker;
    const cell = args && cellOf(args);
    return current && !current.context.isDisposed
      ? testsOf(current.context).filter(
          item => args === null || item.cell === cell
        )
      : [];
  };
  const isPython = (): boolean =>
    tracker.model?.inspection?.supported ?? tracker.current !== null;
  const hasKernel = (): boolean =>
    tracker.model !== null && testing.obstacle(tracker.model, null) === '';
  const add = (
    id: string,
    label: string,
    caption: string,
    isEnabled: (args: ReadonlyPartialJSONObject) => boolean,
    run: (args: ReadonlyPartialJSONObject) => Promise<void> | undefined,
    describedBy = NO_ARGUMENTS
  ): void => {
    commands.addCommand(id, {
      label,
      caption,
      describedBy,
      isEnabled,
      execute: run
    });
  };

  add(
    CommandIDs.addTest,
    trans.__('Add Test…'),
    trans.__('Write a test of what must hold after the cell'),
    args => isPython() && cellOf(args) !== null,
    args => {
      const cell = cellOf(args);
      return tracker.current && cell !== null
        ? testing.add(tracker.current, cell)
        : undefined;
    },
    CELL_ARGUMENTS
  );
  add(
    CommandIDs.suggestTests,
    trans.__('Suggest Tests…'),
    trans.__(
      'Run the cell in a kernel of its own, and propose tests of what it gave'
    ),
    args => isPython() && cellOf(args) !== null,
    args => {
      const cell = cellOf(args);
      return tracker.current && cell !== null
        ? testing.suggest(tracker.current, cell)
        : undefined;
    },
    CELL_ARGUMENTS
  );
  add(
    CommandIDs.runCellTests,
    trans.__('Run Tests of This Cell'),
    trans.__('Run the tests of the cell, in a copy of the kernel'),
    args => hasKernel() && itemsOf(args).length > 0,
    args =>
      tracker.model ? runner.run(tracker.model, itemsOf(args)) : undefined,
    CELL_ARGUMENTS
  );
  add(
    CommandIDs.runTests,
    trans.__('Run Tests'),
    trans.__('Run every test in this notebook'),
    () => hasKernel() && itemsOf(null).length > 0,
    () => (tracker.model ? runner.run(tracker.model, itemsOf(null)) : undefined)
  );
  add(
    CommandIDs.runTestsClean,
    trans.__('Run Tests from a Clean Start'),
    trans.__('Run every test in a new kernel, after the cells that it needs'),
    () => itemsOf(null).length > 0,
    () =>
      tracker.model
        ? runner.run(tracker.model, itemsOf(null), { clean: true })
        : undefined
  );
  commands.addCommand(CommandIDs.toggleAutoTest, {
    label: trans.__('Run Tests After Their Cell'),
    caption: trans.__('After each run of a cell, also run its tests'),
    describedBy: NO_ARGUMENTS,
    isToggled: () => settings.autoTest,
    execute: () => settings.setAutoTest(!settings.autoTest)
  });
  settings.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.toggleAutoTest);
  });
}
