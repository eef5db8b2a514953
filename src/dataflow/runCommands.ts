import { Notification } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CELL_ARGUMENTS, NO_ARGUMENTS } from '../components/commandArguments';
import { hasKernel } from '../notebook/kernel';
import type { IQualitySettings, IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import { freshStaleness } from './freshStaleness';
import type { RunPlan } from './runPlan';
import type { CellRunner } from './runner';
import { stalenessOf } from './staleness';

/** What the commands need of the world. */
export interface IRunCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  runner: CellRunner;
  settings: IQualitySettings;
  /** The node of the cell, or of its name, that the context menu was opened on; undefined where it was neither. */
  clickedCell(): HTMLElement | undefined;
  trans: TranslationBundle;
}

/**
 * The id of the code cell that a command is about; null where there is none.
 */
export function cellOf(
  args: ReadonlyPartialJSONObject,
  options: Pick<IRunCommandsOptions, 'tracker' | 'clickedCell'>
): string | null {
  if (typeof args.cell === 'string') {
    return args.cell;
  }
  const notebook = options.tracker.current?.content;
  const node = args.clicked ? options.clickedCell() : undefined;
  if (node?.dataset.nbqCell) {
    return node.dataset.nbqCell;
  }
  const cell: Cell | undefined = notebook?.widgets.find(
    one => one.node === node
  );
  if (cell) {
    return cell.model.type === 'code' ? cell.model.id : null;
  }
  return options.tracker.activeCellId;
}

/**
 * Adds the commands that run cells.
 */
export function addRunCommands(options: IRunCommandsOptions): void {
  const { commands, tracker, runner, settings, trans } = options;
  const canRun = (): boolean => {
    const { current } = tracker;
    return (
      current !== null &&
      hasKernel(current.sessionContext) &&
      runner.running(current.context) === null
    );
  };
  const run = async (
    panel: NotebookPanel,
    choose: (plan: RunPlan) => string[]
  ): Promise<void> => {
    const known = await freshStaleness(tracker.modelOf(panel));
    if (known) {
      await runner.run(panel, choose(known.plan));
    } else {
      Notification.warning(
        trans.__('The notebook could not be checked, so nothing was run.'),
        { autoClose: 5000 }
      );
    }
  };
  const addCellCommand = (
    id: string,
    label: string,
    caption: string,
    choose: (plan: RunPlan, cell: string) => string[]
  ): void => {
    commands.addCommand(id, {
      label,
      caption,
      describedBy: CELL_ARGUMENTS,
      isEnabled: args => canRun() && cellOf(args, options) !== null,
      execute: async args => {
        const { current } = tracker;
        const cell = cellOf(args, options);
        if (current && cell !== null) {
          await run(current, plan => choose(plan, cell));
        }
      }
    });
  };

  commands.addCommand(CommandIDs.revealCell, {
    label: trans.__('Go to Cell'),
    caption: trans.__('Go to the cell that is named here'),
    describedBy: CELL_ARGUMENTS,
    isEnabled: args => cellOf(args, options) !== null,
    execute: async args => {
      const { current } = tracker;
      const cell = cellOf(args, options);
      if (current && cell !== null) {
        await tracker.reveal(current, cell, { focus: true });
      }
    }
  });
  addCellCommand(
    CommandIDs.runWithNeeds,
    trans.__('Run with What It Needs'),
    trans.__(
      'Run the cell, after those it needs that are stale, edited or did not run'
    ),
    (plan, cell) => plan.withNeeds([cell])
  );
  addCellCommand(
    CommandIDs.runWithUsers,
    trans.__('Run This and Everything That Uses It'),
    trans.__('Run the cell, then every cell that depends on it'),
    (plan, cell) => plan.withUsers(cell)
  );
  addCellCommand(
    CommandIDs.runUsers,
    trans.__('Run What Depends on This'),
    trans.__('Run every cell that depends on the cell'),
    (plan, cell) => plan.usersOf(cell)
  );
  commands.addCommand(CommandIDs.runStale, {
    label: trans.__('Run Stale Cells'),
    caption: trans.__(
      'Run all cells that are stale or were edited since they ran, in order'
    ),
    describedBy: NO_ARGUMENTS,
    isEnabled: () =>
      canRun() &&
      (stalenessOf(tracker.model ?? { inspection: null })?.stale?.length ?? 0) >
        0,
    execute: async () => {
      if (tracker.current) {
        await run(tracker.current, plan => plan.ofStale());
      }
    }
  });
  commands.addCommand(CommandIDs.toggleAutoRun, {
    label: trans.__('Run Stale Cells After Each Run'),
    caption: trans.__(
      'After each run, also run the stale cells that depend on what ran'
    ),
    describedBy: NO_ARGUMENTS,
    isToggled: () => settings.autoRun,
    execute: () => settings.setAutoRun(!settings.autoRun)
  });
  settings.changed.connect(() => {
    commands.notifyCommandChanged(CommandIDs.toggleAutoRun);
  });
  runner.changed.connect(() => {
    commands.notifyCommandChanged();
  });
}
