import type { TranslationBundle } from '@jupyterlab/translation';

import type { NamedExpression } from '../api/types';
import type { IQualityModel } from '../tokens';
import { CheckField, TextField } from './fields';
import { proposeConstantName } from './proposals';
import type { Answer, IRefactoring } from './refactoring';
import { namesTaken } from './taken';
import type { ITarget } from './target';
import { targetWords } from './words';

/** What a person says of a literal that gets a name. */
export interface IConstantForm {
  readonly name: string;
  readonly everywhere: boolean;
}

/**
 * A name for a selected number or text.
 *
 * @param target - With a range.
 */
export function extractConstant(
  target: ITarget,
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<IConstantForm> {
  const cell = target.cells[0];
  const range = target.range!;
  return {
    title: trans.__('Extract to constant'),
    initial: {
      name: proposeConstantName(
        model.currentSource(cell) ?? '',
        range,
        namesTaken(model)
      ),
      everywhere: false
    },
    lead: () =>
      trans.__(
        'Gives the selected value of %1 a name, on top of the cell or below the imports.',
        targetWords({ ...target, range: null }, model, trans)
      ),
    problem: ({ name }) =>
      name.trim() === '' ? trans.__('Name the constant.') : '',
    question: ({ name, everywhere }) =>
      Promise.resolve({
        wish: {
          refactoring: 'extract-constant',
          cell,
          range,
          name: name.trim(),
          everywhere
        },
        texts: new Map()
      }),
    Fields: ({ form, change, answer }) => (
      <>
        <TextField
          label={trans.__('Constant name')}
          value={form.name}
          change={name => change({ name })}
          isFirst
        />
        {(form.everywhere || othersIn(answer) > 0) && (
          <CheckField
            label={trans._n(
              'Also %1 other place with this value',
              'Also %1 other places with this value',
              othersIn(answer)
            )}
            isChecked={form.everywhere}
            change={everywhere => change({ everywhere })}
          />
        )}
      </>
    ),
    notes: () => [],
    done: answer =>
      isNamed(answer) ? trans.__('Extracted %1.', answer.name) : ''
  };
}

function othersIn(answer: Answer | null): number {
  return (answer && isNamed(answer) && answer.others) || 0;
}

function isNamed(answer: Answer): answer is NamedExpression {
  return answer.kind === 'named-expression';
}
