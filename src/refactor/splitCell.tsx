import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Split, SuggestedCut } from '../api/types';
import { cellReference } from '../components/cellNames';
import type { IQualityModel } from '../tokens';
import { CheckField, ChoiceField } from './fields';
import type { Answer, IFieldsProps, IRefactoring } from './refactoring';

/** Where a cell is split. */
export interface ISplitForm {
  readonly where: 'cursor' | 'suggested';
  /** The lines of the suggestions that are not wanted, from 1. */
  readonly without: readonly number[];
}

/**
 * Several cells in place of one.
 *
 * @param cursor - The line of the cursor, from 1; null where that is elsewhere.
 */
export function splitCell(
  cell: string,
  cursor: number | null,
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<ISplitForm> {
  const name = cellReference(model, cell, trans)?.label ?? '';
  /** As the last answer told; an edit of the cell asks again. */
  let suggested: readonly SuggestedCut[] = [];
  const remember = (answer: Answer | null): readonly SuggestedCut[] => {
    if (answer?.kind === 'split' && answer.suggested.length > 0) {
      ({ suggested } = answer);
    }
    return suggested;
  };
  return {
    title: trans.__('Split cell'),
    initial: {
      where: cursor !== null && cursor > 1 ? 'cursor' : 'suggested',
      without: []
    },
    lead: () => trans.__('Makes several cells of %1.', name),
    problem: ({ where, without }) =>
      where === 'suggested' &&
      suggested.length > 0 &&
      suggested.every(({ line }) => without.includes(line))
        ? trans.__('Choose where it is split.')
        : '',
    question: ({ where, without }) =>
      Promise.resolve({
        wish: {
          refactoring: 'split',
          cell,
          cursor: where === 'cursor' ? cursor : null,
          lines:
            where === 'suggested' && without.length > 0
              ? suggested
                  .map(({ line }) => line)
                  .filter(line => !without.includes(line))
              : []
        },
        texts: new Map()
      }),
    Fields: props => (
      <SplitFields
        {...props}
        cursor={cursor}
        suggested={remember(props.answer)}
        trans={trans}
      />
    ),
    notes: answer =>
      isSplit(answer)
        ? answer.warnings.map(text => ({ text, isWarning: true }))
        : [],
    done: answer =>
      isSplit(answer)
        ? trans._n(
            'Split %2 into %1 cell.',
            'Split %2 into %1 cells.',
            answer.sources.length,
            name
          )
        : ''
  };
}

function SplitFields(
  props: IFieldsProps<ISplitForm> & {
    readonly cursor: number | null;
    readonly suggested: readonly SuggestedCut[];
    readonly trans: TranslationBundle;
  }
): ReactElement {
  const { form, change, cursor, suggested, trans } = props;
  return (
    <>
      {cursor !== null && (
        <ChoiceField
          label={trans.__('Where')}
          choices={[
            ['cursor', trans.__('At the cursor, line %1', cursor)],
            ['suggested', trans.__('Where it begins something else')]
          ]}
          value={form.where}
          change={where => change({ where })}
          isFirst
        />
      )}
      {form.where === 'suggested' && suggested.length > 0 && (
        <fieldset className="jp-nbq-field">
          <legend>{trans.__('Above')}</legend>
          {suggested.map(({ line, what }) => (
            <CheckField
              key={line}
              label={cutWords(line, what, trans)}
              isChecked={!form.without.includes(line)}
              change={isChecked =>
                change({
                  without: isChecked
                    ? form.without.filter(one => one !== line)
                    : [...form.without, line]
                })
              }
            />
          ))}
        </fieldset>
      )}
    </>
  );
}

function cutWords(
  line: number,
  what: string,
  trans: TranslationBundle
): string {
  switch (what) {
    case 'import':
      return trans.__('Line %1: imports', line);
    case 'define':
      return trans.__('Line %1: defines functions', line);
    case 'load':
      return trans.__('Line %1: loads data', line);
    case 'clean':
      return trans.__('Line %1: works on data', line);
    case 'model':
      return trans.__('Line %1: models', line);
    case 'plot':
      return trans.__('Line %1: plots', line);
    default:
      return trans.__('Line %1', line);
  }
}

function isSplit(answer: Answer): answer is Split {
  return answer.kind === 'split';
}
