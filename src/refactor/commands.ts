import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import { isReadOnly } from '../notebook/applyPlan';
import type { IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import type { Refactorings } from './refactorings';
import type { ITarget } from './target';
import { targetOf } from './target';

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

/** The id of a cell, or `clicked` in the context menu; else what is selected is meant. */
const ARGUMENTS: { args: ReadonlyJSONObject } = {
  args: {
    type: 'object',
    properties: {
      cell: { type: 'string' },
      clicked: { type: 'boolean' }
    },
    additionalProperties: false
  }
};

/**
 * Adds the commands that refactor.
 */
export function addRefactorCommands(options: IRefactorCommandsOptions): void {
  const { commands, tracker, trans } = options;
  const target = ({
    cell,
    clicked
  }: ReadonlyPartialJSONObject): ITarget | null => {
    const { current } = tracker;
    const node =
      typeof cell === 'string'
        ? current?.content.widgets.find(({ model }) => model.id === cell)?.node
        : clicked
          ? options.clickedCell()
          : undefined;
    return current && targetOf(current, node);
  };
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
  const add = (
    id: string,
    label: string,
    caption: string,
    run: (
      refactorings: Refactorings,
      panel: NotebookPanel,
      target: ITarget
    ) => Promise<void>
  ): void => {
    commands.addCommand(id, {
      // A menu shows no captions, so that it says there too why it is disabled.
      label: () => {
        const reason = obstacle();
        return reason ? trans.__('%1 (%2)', label, reason) : label;
      },
      caption,
      describedBy: ARGUMENTS,
      isEnabled: args => obstacle() === '' && target(args) !== null,
      execute: async args => {
        const { current } = tracker;
        const wanted = target(args);
        if (current && wanted) {
          await run(await options.refactorings(), current, wanted);
        }
      }
    });
  };

  add(
    CommandIDs.extractFunction,
    trans.__('Extract to Function…'),
    trans.__('Make a function of the selected code, and call it there'),
    (refactorings, panel, wanted) => refactorings.extractFunction(panel, wanted)
  );
  add(
    CommandIDs.extractModule,
    trans.__('Extract to Module…'),
    trans.__('Move the selected code to a file, and import it from there'),
    (refactorings, panel, wanted) => refactorings.extractModule(panel, wanted)
  );
}

function isPython({ context }: NotebookPanel): boolean {
  return ['', 'python', 'ipython'].includes(
    context.model.defaultKernelLanguage.toLowerCase()
  );
}
