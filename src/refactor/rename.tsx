import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Renaming } from '../api/types';
import { CheckField, SelectField, TextField } from './fields';
import type { INameTarget } from './nameTarget';
import type { Answer, IFieldsProps, IRefactoring } from './refactoring';

/** What a person says of a name that gets another. */
export interface IRenameForm {
  readonly name: string;
  readonly to: string;
  readonly inMarkdown: boolean;
  readonly inComments: boolean;
}

/** Another name for a name of the notebook. */
export function rename(
  target: INameTarget,
  trans: TranslationBundle
): IRefactoring<IRenameForm> {
  return {
    title: trans.__('Rename'),
    initial: {
      name: target.name,
      to: target.name,
      inMarkdown: false,
      inComments: false
    },
    lead: ({ name }) =>
      trans.__('Gives `%1` another name in all cells and their tests.', name),
    problem: ({ name, to }) =>
      name === ''
        ? trans.__('No name is meant: put the cursor on one.')
        : to.trim() === '' || to.trim() === name
          ? trans.__('Write the new name.')
          : '',
    question: ({ name, to, inMarkdown, inComments }) =>
      Promise.resolve({
        wish: {
          refactoring: 'rename',
          name,
          to: to.trim(),
          at: target.at,
          mentions: [
            ...(inMarkdown ? (['markdown'] as const) : []),
            ...(inComments ? (['comment'] as const) : [])
          ]
        },
        texts: new Map()
      }),
    Fields: props => (
      <RenameFields {...props} choices={target.choices} trans={trans} />
    ),
    notes: answer =>
      isRenaming(answer)
        ? answer.warnings.map(text => ({ text, isWarning: true }))
        : [],
    done: answer =>
      isRenaming(answer)
        ? trans.__('Renamed %1 to %2.', answer.old, answer.new)
        : ''
  };
}

function RenameFields(
  props: IFieldsProps<IRenameForm> & {
    readonly choices: readonly string[];
    readonly trans: TranslationBundle;
  }
): ReactElement {
  const { form, change, answer, choices, trans } = props;
  const mentions = answer && isRenaming(answer) ? answer.mentions : [];
  const inMarkdown = mentions.filter(({ where }) => where === 'markdown');
  const inComments = mentions.filter(({ where }) => where === 'comment');
  return (
    <>
      {choices.length > 0 && (
        <SelectField
          label={trans.__('Name')}
          choices={choices.map(name => [name, name])}
          value={form.name}
          change={name =>
            change({ name, to: form.to === form.name ? name : form.to })
          }
        />
      )}
      <TextField
        label={trans.__('New name')}
        value={form.to}
        change={to => change({ to })}
        isFirst
      />
      {inMarkdown.length > 0 && (
        <CheckField
          label={trans._n(
            'Also %1 mention in Markdown',
            'Also %1 mentions in Markdown',
            inMarkdown.length
          )}
          isChecked={form.inMarkdown}
          change={isChecked => change({ inMarkdown: isChecked })}
        />
      )}
      {inComments.length > 0 && (
        <CheckField
          label={trans._n(
            'Also %1 mention in comments',
            'Also %1 mentions in comments',
            inComments.length
          )}
          isChecked={form.inComments}
          change={isChecked => change({ inComments: isChecked })}
        />
      )}
    </>
  );
}

function isRenaming(answer: Answer): answer is Renaming {
  return answer.kind === 'renaming';
}
