import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { MouseEvent } from 'react';

import type { IMenuEntry } from '../components/popupMenu';
import { popupMenu } from '../components/popupMenu';
import type { IPanelProps, IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';

/** What the menu of a cell needs of the world. */
export interface ICellMenuOptions {
  panel: Pick<IPanelProps, 'notebook'>;
  tracker: Pick<IQualityTracker, 'reveal'>;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** Opens the menu of a cell, where its name or its row stands. */
export function cellMenu(
  cell: string,
  options: ICellMenuOptions,
  event: MouseEvent<HTMLElement>
): void {
  const isPoint = event.type === 'contextmenu' && event.button === 2;
  // What opens the menu gets the focus back.
  const target =
    event.currentTarget.querySelector<HTMLElement>('button') ??
    event.currentTarget;
  popupMenu(
    cellEntries(cell, options),
    isPoint ? { x: event.clientX, y: event.clientY } : event.currentTarget,
    () => target.focus({ preventScroll: true })
  );
}

/** What can be done with a cell: going there, running it, and what other parts offer for it. */
export function cellEntries(
  cell: string,
  { panel, tracker, commands, trans }: ICellMenuOptions
): IMenuEntry[][] {
  const run = (command: string, label: string): IMenuEntry[] =>
    commands.hasCommand(command) && commands.isEnabled(command, { cell })
      ? [{ label, run: () => commands.execute(command, { cell }) }]
      : [];
  return [
    [
      {
        label: trans.__('Go to cell'),
        run: () => tracker.reveal(panel.notebook, cell, { focus: true })
      }
    ],
    [
      ...run(CommandIDs.runWithNeeds, trans.__('Run with what it needs')),
      ...run(
        CommandIDs.runWithUsers,
        trans.__('Run this and everything that uses it')
      )
    ],
    [
      ...run(CommandIDs.showInGraph, trans.__('Show in graph')),
      ...run(CommandIDs.gather, trans.__('Gather to a new notebook'))
    ]
  ];
}
