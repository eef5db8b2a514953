import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQualityModel } from '../tokens';
import { TextField } from './fields';
import { proposeVariableName } from './proposals';
import type { IRefactoring } from './refactoring';
import { namesTaken } from './taken';
import type { ITarget } from './target';
import { targetWords } from './words';

/** What a person says of an expression that gets a name. */
export interface IVariableForm {
  readonly name: string;
}

/**
 * A name for a selected expression.
 *
 * @param target - With a range.
 */
export function extractVariable(
  target: ITarget,
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<IVariableForm> {
  const cell = target.cells[0];
  const range = target.range!;
  const what = targetWords({ ...target, range: null }, model, trans);
  return {
    title: trans.__('Extract to variable'),
    initial: {
      name: proposeVariableName(
        model.currentSource(cell) ?? '',
        range,
        namesTaken(model)
      )
    },
    lead: () =>
      trans.__(
        'Gives the selected expression of %1 a name, in a line above.',
        what
      ),
    problem: ({ name }) =>
      name.trim() === '' ? trans.__('Name the variable.') : '',
    question: ({ name }) =>
      Promise.resolve({
        wish: {
          refactoring: 'extract-variable',
          cell,
          range,
          name: name.trim()
        },
        texts: new Map()
      }),
    Fields: ({ form, change }) => (
      <TextField
        label={trans.__('Variable name')}
        value={form.name}
        change={name => change({ name })}
        isFirst
      />
    ),
    notes: () => [],
    done: answer =>
      answer.kind === 'named-expression'
        ? trans.__('Extracted %1.', answer.name)
        : ''
  };
}
