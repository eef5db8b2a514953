import type { TranslationBundle } from '@jupyterlab/translation';

import type { Inlining } from '../api/types';
import { SelectField } from './fields';
import type { INameTarget } from './nameTarget';
import type { Answer, IRefactoring } from './refactoring';
import { listed } from './words';

/** What a person says of a name that goes away. */
export interface IInlineForm {
  readonly name: string;
}

/** The value of a variable, or what a function does, where its name stands. */
export function inline(
  target: INameTarget,
  trans: TranslationBundle
): IRefactoring<IInlineForm> {
  return {
    title: trans.__('Inline'),
    initial: { name: target.name },
    lead: ({ name }) =>
      trans.__(
        'Puts what `%1` holds where it is read, and takes the name away.',
        name
      ),
    problem: ({ name }) =>
      name === '' ? trans.__('No name is meant: put the cursor on one.') : '',
    question: ({ name }) =>
      Promise.resolve({
        wish: { refactoring: 'inline', name, at: target.at },
        texts: new Map()
      }),
    Fields:
      target.choices.length > 0
        ? ({ form, change }) => (
            <SelectField
              label={trans.__('Name')}
              choices={target.choices.map(name => [name, name])}
              value={form.name}
              change={name => change({ name })}
              isFirst
            />
          )
        : null,
    notes: answer =>
      isInlining(answer) && answer.gains.length > 0
        ? [
            {
              text: trans.__(
                'The notebook has %1 then: the own names of the function.',
                listed(answer.gains, trans)
              ),
              isWarning: false
            }
          ]
        : [],
    done: answer =>
      isInlining(answer) ? trans.__('Inlined %1.', answer.name) : ''
  };
}

function isInlining(answer: Answer): answer is Inlining {
  return answer.kind === 'inlining';
}
