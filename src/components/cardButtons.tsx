import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';

import { RovingGroup } from './rovingGroup';

export interface ICardButtonsProps {
  /** The cell that the commands are about. */
  readonly cell: string;
  readonly commands: CommandRegistry;
  /** The commands, each with what is written on its button. */
  readonly choices: readonly (readonly [command: string, words: string])[];
  /** What the buttons are for. */
  readonly label: string;
  readonly className?: string;
  /** What tells of a disabled command why it is. */
  readonly disabledTitle?: 'caption' | 'label';
}

/** Buttons in the card of a cell. */
export function CardButtons(props: ICardButtonsProps): ReactElement {
  const { cell, commands, choices, label, className = '' } = props;
  const { disabledTitle = 'caption' } = props;
  const args = { cell };
  return (
    <RovingGroup
      kind="bar"
      role="toolbar"
      label={label}
      className={`jp-nbq-cardbuttons ${className}`.trim()}
    >
      {choices.map(([command, words]) => (
        <button
          key={command}
          type="button"
          className="jp-nbq-button"
          title={
            commands.isEnabled(command, args)
              ? commands.caption(command, args)
              : commands[disabledTitle](command, args)
          }
          disabled={!commands.isEnabled(command, args)}
          onClick={() => void commands.execute(command, args)}
        >
          {words}
        </button>
      ))}
    </RovingGroup>
  );
}
