import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Extraction } from '../api/types';
import { MessageText } from '../components/messageText';
import type { IQualityModel } from '../tokens';
import { CheckField, TextField } from './fields';
import { proposeFunctionName } from './proposals';
import type { Answer, IFieldsProps, INote, IRefactoring } from './refactoring';
import { namesTaken } from './taken';
import type { ITarget } from './target';
import { listed, targetWords } from './words';

/** What a person says of a function that is made of a selection. */
export interface IFunctionForm {
  readonly name: string;
  readonly hasDocstring: boolean;
}

/** A function made of a selection. */
export function extractFunction(
  target: ITarget,
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<IFunctionForm> {
  const what = targetWords(target, model, trans);
  return {
    title: trans.__('Extract to function'),
    initial: {
      name: proposeFunctionName(
        model.takeSnapshot(),
        target,
        namesTaken(model)
      ),
      hasDocstring: true
    },
    lead: () => trans.__('Makes a function of %1.', what),
    problem: ({ name }) =>
      name.trim() === '' ? trans.__('Name the function.') : '',
    question: ({ name, hasDocstring }) =>
      Promise.resolve({
        wish: {
          refactoring: 'extract-function',
          selection: {
            cells: [...target.cells],
            start: target.range?.start ?? null,
            end: target.range?.end ?? null
          },
          name: name.trim(),
          docstring: hasDocstring
        },
        texts: new Map()
      }),
    Fields: props => <FunctionFields {...props} trans={trans} />,
    notes: answer => (isExtraction(answer) ? notesOf(answer, trans) : []),
    done: answer =>
      trans.__('Extracted %1.', isExtraction(answer) ? answer.name : '')
  };
}

function FunctionFields(
  props: IFieldsProps<IFunctionForm> & { trans: TranslationBundle }
): ReactElement {
  const { form, change, answer, trans } = props;
  const known = answer && isExtraction(answer) ? answer : null;
  return (
    <>
      <TextField
        label={trans.__('Function name')}
        value={form.name}
        change={name => change({ name })}
        isFirst
      />
      <CheckField
        label={trans.__('Add a docstring')}
        isChecked={form.hasDocstring}
        change={hasDocstring => change({ hasDocstring })}
      />
      {known && (
        <dl className="jp-nbq-facts">
          <dt>{trans.__('Parameters')}</dt>
          <dd>
            <MessageText
              text={
                known.parameters.length > 0
                  ? trans.__('Takes %1.', listed(known.parameters, trans))
                  : trans.__('Takes nothing.')
              }
            />
          </dd>
          <dt>{trans.__('Returns')}</dt>
          <dd>
            <MessageText
              text={
                known.returns.length > 0
                  ? trans.__('Gives %1.', listed(known.returns, trans))
                  : trans.__('Gives nothing that other code reads.')
              }
            />
          </dd>
        </dl>
      )}
    </>
  );
}

function notesOf({ loses }: Extraction, trans: TranslationBundle): INote[] {
  return loses.length === 0
    ? []
    : [
        {
          text: trans._n(
            'The notebook no longer has %2: nothing else reads it.',
            'The notebook no longer has %2: nothing else reads them.',
            loses.length,
            listed(loses, trans)
          ),
          isWarning: false
        }
      ];
}

function isExtraction(answer: Answer): answer is Extraction {
  return answer.kind === 'extraction';
}
