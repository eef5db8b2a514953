import { Notification } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CELL_ARGUMENTS, NO_ARGUMENTS } from '../components/commandArguments';
import { isReadOnly } from '../notebook/applyPlan';
import type { IQualityModel, IQualityTracker } from '../tokens';
import { fixAtCursor } from './fixAtCursor';
import { askTarget, goToCell } from './goToCell';
import { isIgnored, toggleIgnored } from './ignoreCell';
import { visitProblem } from './navigation';
import type { ILintActions } from './tokens';

/** The ids of lint's commands. */
export const CommandIDs = {
  check: 'nbquality:check',
  fixAllSafe: 'nbquality:fix-all-safe',
  fixCell: 'nbquality:fix-cell',
  fixAtCursor: 'nbquality:fix-at-cursor',
  formatCell: 'nbquality:format-cell',
  formatNotebook: 'nbquality:format-notebook',
  ignoreCell: 'nbquality:ignore-cell',
  nextProblem: 'nbquality:next-problem',
  previousProblem: 'nbquality:previous-problem',
  goTo: 'nbquality:go-to'
} as const;

/** What the commands need of the world. */
export interface ILintCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  actions: ILintActions;
  documents: IDocumentManager | null;
  /** The node of the cell that the context menu was opened on; undefined where it was not a cell. */
  clickedCell(): HTMLElement | undefined;
  trans: TranslationBundle;
}

/**
 * Adds lint's commands.
 */
export function addLintCommands(options: ILintCommandsOptions): void {
  const { commands, tracker, actions, trans } = options;
  const hasNotebook = (): boolean => tracker.current !== null;
  const canEdit = (): boolean =>
    tracker.current !== null && !isReadOnly(tracker.current.context);
  /** Runs with the current notebook; commands are disabled without one. */
  const withCurrent =
    (
      run: (
        panel: NotebookPanel,
        model: IQualityModel,
        args: ReadonlyPartialJSONObject
      ) => unknown
    ) =>
    (args: ReadonlyPartialJSONObject) => {
      const { current } = tracker;
      return current ? run(current, tracker.modelOf(current), args) : undefined;
    };
  /** The cell that is meant: the one below the context menu, else the active one. */
  const cellOf = (args: ReadonlyPartialJSONObject): Cell | null => {
    const notebook = tracker.current?.content;
    const node = args.clicked ? options.clickedCell() : undefined;
    return (
      notebook?.widgets.find(cell => cell.node === node) ??
      notebook?.activeCell ??
      null
    );
  };
  /** The same, with the other selected cells where it is one of them. */
  const cellsOf = (args: ReadonlyPartialJSONObject): string[] => {
    const notebook = tracker.current?.content;
    const cell = cellOf(args);
    const cells =
      notebook && cell && notebook.isSelectedOrActive(cell)
        ? notebook.widgets.filter(one => notebook.isSelectedOrActive(one))
        : [cell];
    return cells.flatMap(one => one?.model.id ?? []);
  };

  commands.addCommand(CommandIDs.check, {
    label: trans.__('Check Notebook Again'),
    caption: trans.__('Look for problems in the notebook again'),
    describedBy: NO_ARGUMENTS,
    isEnabled: hasNotebook,
    execute: withCurrent((_, model) => model.recheck())
  });
  commands.addCommand(CommandIDs.fixAllSafe, {
    label: trans.__('Fix All Safe Problems'),
    caption: trans.__('Apply every fix that cannot change results'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model) => actions.fixAllSafe(model))
  });
  commands.addCommand(CommandIDs.fixCell, {
    label: trans.__('Fix Safe Problems in This Cell'),
    caption: trans.__(
      'Apply every fix in the active cell that cannot change results'
    ),
    describedBy: CELL_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model, args) => {
      const cell = cellOf(args);
      return cell && actions.fixAllSafe(model, cell.model.id);
    })
  });
  commands.addCommand(CommandIDs.fixAtCursor, {
    label: trans.__('Fix Problem at Cursor'),
    caption: trans.__('Show what can be done about the problem at the cursor'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((panel, model) =>
      fixAtCursor(panel, { model, actions, trans })
    )
  });
  commands.addCommand(CommandIDs.formatCell, {
    label: trans.__('Format Cell'),
    caption: trans.__('Format the selected cells with ruff'),
    describedBy: CELL_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model, args) =>
      actions.format(model, cellsOf(args))
    )
  });
  commands.addCommand(CommandIDs.formatNotebook, {
    label: trans.__('Format Notebook'),
    caption: trans.__('Format every code cell with ruff'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model) => actions.format(model))
  });
  commands.addCommand(CommandIDs.ignoreCell, {
    label: trans.__('Ignore All Problems in This Cell'),
    caption: trans.__('Tag the active cell so that it is never checked'),
    describedBy: CELL_ARGUMENTS,
    isEnabled: canEdit,
    isToggled: args => {
      const cell = cellOf(args);
      return cell !== null && isIgnored(cell);
    },
    execute: withCurrent((panel, _, args) => {
      const cell = cellOf(args);
      return cell && toggleIgnored(panel, cell);
    })
  });
  for (const [id, direction, label, caption] of [
    [
      CommandIDs.nextProblem,
      1,
      trans.__('Next Problem'),
      trans.__('Go to the next problem in the notebook')
    ],
    [
      CommandIDs.previousProblem,
      -1,
      trans.__('Previous Problem'),
      trans.__('Go to the previous problem in the notebook')
    ]
  ] as const) {
    commands.addCommand(id, {
      label,
      caption,
      describedBy: NO_ARGUMENTS,
      isEnabled: hasNotebook,
      execute: withCurrent(async panel => {
        if (!(await visitProblem(tracker, panel, direction))) {
          Notification.info(
            trans.__('There are no problems in this notebook.'),
            {
              autoClose: 3000
            }
          );
        }
      })
    });
  }
  commands.addCommand(CommandIDs.goTo, {
    label: trans.__('Go to Cell…'),
    caption: trans.__(
      'Go to a cell by its prompt, number or id, or by a line that CI printed'
    ),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          target: {
            type: 'string',
            description: trans.__(
              'Such as [4], cell 7, a cell id, or churn.ipynb:cell 7:3:5'
            )
          }
        },
        additionalProperties: false
      }
    },
    isEnabled: hasNotebook,
    execute: async args => {
      const { target } = args as { target?: unknown };
      const text = typeof target === 'string' ? target : await askTarget(trans);
      if (text) {
        await goToCell(text, options);
      }
    }
  });
}
