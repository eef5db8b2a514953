import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CELL_ARGUMENTS } from '../components/commandArguments';
import { isReadOnly } from '../notebook/applyPlan';
import type { IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import type { Refactorings } from './refactorings';
import { cellsMeant, targetOf } from './target';

/** What the commands need of the world. */
export interface IRefactorCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  /** Loads what the commands open. */
  refactorings(): Promise<Refactorings>;
  /** The node of the cell that the context menu was opened on; undefined where it was not a cell. */
  clickedCell(): HTMLElement | undefined;
  trans: TranslationBundle;
}

/**
 * Adds the commands that refactor.
 */
export function addRefactorCommands(options: IRefactorCommandsOptions): void {
  const { commands, tracker, trans } = options;
  /** The node of the cell that a command is about; undefined where what is selected is meant. */
  const nodeOf = ({
    cell,
    clicked
  }: ReadonlyPartialJSONObject): HTMLElement | undefined =>
    typeof cell === 'string'
      ? tracker.current?.content.widgets.find(({ model }) => model.id === cell)
          ?.node
      : clicked
        ? options.clickedCell()
        : undefined;
  /** Why a notebook cannot be refactored, in few words; empty where it can. */
  const obstacle = (): string => {
    const { current, model } = tracker;
    if (!current) {
      return '';
    }
    if (isReadOnly(current.context)) {
      return trans.__('the notebook is read-only');
    }
    return (model?.inspection?.supported ?? isPython(current))
      ? ''
      : trans.__('for Python alone');
  };
  /**
   * @param targeted - What it is about; null where there is nothing that it could be about.
   * @param missing - Why it could not be done with that, in few words; empty where it can.
   */
  const add = <Target>(
    id: string,
    label: string,
    caption: string,
    targeted: (
      panel: NotebookPanel,
      node: HTMLElement | undefined
    ) => Target | null,
    run: (
      refactorings: Refactorings,
      panel: NotebookPanel,
      target: Target
    ) => Promise<void>,
    missing: (target: Target) => string = () => ''
  ): void => {
    const find = (args: ReadonlyPartialJSONObject): Target | null =>
      tracker.current && targeted(tracker.current, nodeOf(args));
    const reason = (args: ReadonlyPartialJSONObject): string => {
      const target = find(args);
      return obstacle() || (target === null ? '' : missing(target));
    };
    commands.addCommand(id, {
      // A menu shows no captions, so that it says there too why it is disabled.
      label: args => {
        const why = reason(args);
        return why ? trans.__('%1 (%2)', label, why) : label;
      },
      caption,
      describedBy: CELL_ARGUMENTS,
      isEnabled: args => find(args) !== null && reason(args) === '',
      execute: async args => {
        const target = find(args);
        if (tracker.current && target !== null) {
          await run(await options.refactorings(), tracker.current, target);
        }
      }
    });
  };
  const step =
    (by: -1 | 1) =>
    (panel: NotebookPanel, node: HTMLElement | undefined): string | null => {
      const cells = cellsMeant(panel, node);
      const place = panel.content.widgets.indexOf(cells[0]);
      const other = panel.content.widgets[place + by] as Cell | undefined;
      return cells.length === 1 && other ? cells[0].model.id : null;
    };

  add(
    CommandIDs.rename,
    trans.__('Rename…'),
    trans.__('Give the name at the cursor another one, in all cells'),
    targetOf,
    (refactorings, panel, target) => refactorings.rename(panel, target)
  );
  add(
    CommandIDs.extractFunction,
    trans.__('Extract to Function…'),
    trans.__('Make a function of the selected code, and call it there'),
    targetOf,
    (refactorings, panel, target) => refactorings.extractFunction(panel, target)
  );
  add(
    CommandIDs.extractModule,
    trans.__('Extract to Module…'),
    trans.__('Move the selected code to a file, and import it from there'),
    targetOf,
    (refactorings, panel, target) => refactorings.extractModule(panel, target)
  );
  add(
    CommandIDs.extractVariable,
    trans.__('Extract to Variable…'),
    trans.__('Give the selected expression a name, in a line above'),
    targetOf,
    (refactorings, panel, target) =>
      refactorings.extractVariable(panel, target),
    ({ range }) => (range ? '' : trans.__('select an expression'))
  );
  add(
    CommandIDs.extractConstant,
    trans.__('Extract to Constant…'),
    trans.__('Give the selected number or text a name, on top'),
    targetOf,
    (refactorings, panel, target) =>
      refactorings.extractConstant(panel, target),
    ({ range }) => (range ? '' : trans.__('select a number or a text'))
  );
  add(
    CommandIDs.inline,
    trans.__('Inline…'),
    trans.__('Put what the name at the cursor holds where it is read'),
    targetOf,
    (refactorings, panel, target) => refactorings.inline(panel, target)
  );
  add(
    CommandIDs.inlineImport,
    trans.__('Inline This Import…'),
    trans.__('Bring the function at the cursor from its module to work on it'),
    targetOf,
    (refactorings, panel, target) => refactorings.inlineImport(panel, target)
  );
  add(
    CommandIDs.pushBack,
    trans.__('Push Back…'),
    trans.__('Write a function that came from a module back into it'),
    targetOf,
    (refactorings, panel, target) => refactorings.pushBack(panel, target)
  );
  add(
    CommandIDs.split,
    trans.__('Split Cell…'),
    trans.__(
      'Make several cells of one, at the cursor or where it is proposed'
    ),
    (panel, node) => {
      const target = targetOf(panel, node);
      return target?.cells.length === 1 ? target.cells[0] : null;
    },
    (refactorings, panel, cell) => refactorings.splitCell(panel, cell)
  );
  add(
    CommandIDs.merge,
    trans.__('Merge Cells…'),
    trans.__(
      'Make one cell of those that are selected, or of one and the next'
    ),
    (panel, node) => {
      const cells = cellsMeant(panel, node);
      const { widgets } = panel.content;
      const next = widgets[widgets.indexOf(cells[0]) + 1] as Cell | undefined;
      const meant = cells.length === 1 && next ? [cells[0], next] : cells;
      return meant.length > 1 ? meant.map(({ model }) => model.id) : null;
    },
    (refactorings, panel, cells) => refactorings.mergeCells(panel, cells)
  );
  add(
    CommandIDs.moveUp,
    trans.__('Move Cell Up…'),
    trans.__('Move the cell up, where that turns no dependence round'),
    step(-1),
    (refactorings, panel, cell) => refactorings.moveCell(panel, cell, 'up')
  );
  add(
    CommandIDs.moveDown,
    trans.__('Move Cell Down…'),
    trans.__('Move the cell down, where that turns no dependence round'),
    step(1),
    (refactorings, panel, cell) => refactorings.moveCell(panel, cell, 'down')
  );
}

function isPython({ context }: NotebookPanel): boolean {
  return ['', 'python', 'ipython'].includes(
    context.model.defaultKernelLanguage.toLowerCase()
  );
}
