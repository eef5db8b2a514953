import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';

import { CardButtons } from '../components/cardButtons';
import type { IPanelRegistry } from '../tokens';
import { CommandIDs } from './commandIds';

/**
 * Registers what the panel shows of refactorings.
 */
export function registerRefactor(
  registry: IPanelRegistry,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  registry.addCardPart({
    id: 'refactor',
    rank: 90,
    body: ({ activeCellId }) => (
      <RefactorButtons cell={activeCellId} commands={commands} trans={trans} />
    )
  });
}

/** The buttons that refactor the cell of the card. */
function RefactorButtons(props: {
  cell: string | null;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): ReactElement | null {
  const { cell, commands, trans } = props;
  if (cell === null) {
    return null;
  }
  const choices: [command: string, words: string][] = [
    [CommandIDs.extractFunction, trans.__('Extract to function…')],
    [CommandIDs.extractModule, trans.__('Extract to module…')]
  ];
  return (
    <CardButtons
      cell={cell}
      commands={commands}
      choices={choices}
      label={trans.__('Refactor this cell')}
      disabledTitle="label"
    />
  );
}
