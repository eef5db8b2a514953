import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Extraction } from '../api/types';
import { MessageText } from '../components/messageText';
import type { IQualityModel } from '../tokens';
import { CheckField, TextField } from './fields';
import type { IParameterForm } from './parameterFields';
import { ParameterFields } from './parameterFields';
import { proposeFunctionName } from './proposals';
import type { Answer, IFieldsProps, INote, IRefactoring } from './refactoring';
import { namesTaken } from './taken';
import type { ITarget } from './target';
import { listed, targetWords } from './words';

/** What a person says of a function that is made of a selection. */
export interface IFunctionForm {
  readonly name: string;
  readonly hasDocstring: boolean;
  /** What is wanted of its parameters; of others nothing is. */
  readonly parameters: readonly IParameterForm[];
  /** Whether they get the types of what the kernel holds. */
  readonly hasTypes: boolean;
}

/** The types of what names hold in the kernel; null where there is none. */
export type TypesOf =
  ((names: readonly string[]) => Promise<ReadonlyMap<string, string>>) | null;

/** A function made of a selection. */
export function extractFunction(
  target: ITarget,
  model: IQualityModel,
  typesOf: TypesOf,
  trans: TranslationBundle
): IRefactoring<IFunctionForm> {
  /** The names of the parameters, as the last answer told. */
  let known: readonly string[] = [];
  const remember = (answer: Answer | null): void => {
    if (answer && isExtraction(answer)) {
      known = answer.details.map(({ name }) => name);
    }
  };
  const what = targetWords(target, model, trans);
  return {
    title: trans.__('Extract to function'),
    initial: {
      name: proposeFunctionName(
        model.takeSnapshot(),
        target,
        namesTaken(model)
      ),
      hasDocstring: true,
      parameters: [],
      hasTypes: false
    },
    lead: () => trans.__('Makes a function of %1.', what),
    problem: ({ name }) =>
      name.trim() === '' ? trans.__('Name the function.') : '',
    question: async ({ name, hasDocstring, parameters, hasTypes }) => {
      const types =
        hasTypes && typesOf ? await typesOf(known) : new Map<string, string>();
      const untold = [...types.keys()].filter(
        one => !parameters.some(wish => wish.name === one)
      );
      return {
        wish: {
          refactoring: 'extract-function',
          selection: {
            cells: [...target.cells],
            start: target.range?.start ?? null,
            end: target.range?.end ?? null
          },
          name: name.trim(),
          docstring: hasDocstring,
          parameters: [
            ...parameters.map(wish => ({
              name: wish.name,
              called: wish.called,
              annotation: wish.annotation ?? types.get(wish.name) ?? null,
              by_default: wish.byDefault
            })),
            ...untold.map(one => ({ name: one, annotation: types.get(one) }))
          ]
        },
        texts: new Map()
      };
    },
    Fields: props => {
      remember(props.answer);
      return (
        <FunctionFields {...props} canType={typesOf !== null} trans={trans} />
      );
    },
    notes: answer => (isExtraction(answer) ? notesOf(answer, trans) : []),
    done: answer =>
      trans.__('Extracted %1.', isExtraction(answer) ? answer.name : '')
  };
}

function FunctionFields(
  props: IFieldsProps<IFunctionForm> & {
    readonly canType: boolean;
    readonly trans: TranslationBundle;
  }
): ReactElement {
  const { form, change, answer, canType, trans } = props;
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
        <ParameterFields
          known={known.details}
          wishes={form.parameters}
          change={parameters => change({ parameters })}
          trans={trans}
        />
      )}
      {known && canType && known.details.length > 0 && (
        <CheckField
          label={trans.__('Types of what the kernel holds now')}
          isChecked={form.hasTypes}
          change={hasTypes => change({ hasTypes })}
        />
      )}
      {known && (
        <dl className="jp-nbq-facts">
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

function notesOf(
  { loses, warnings }: Extraction,
  trans: TranslationBundle
): INote[] {
  const told = warnings.map(text => ({ text, isWarning: true }));
  return loses.length === 0
    ? told
    : [
        ...told,
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
