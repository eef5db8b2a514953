import type { TranslationBundle } from '@jupyterlab/translation';

import type { ImportInlining } from '../api/types';
import type { IQualityModel } from '../tokens';
import { namesImported } from './copies';
import { SelectField } from './fields';
import type { INameTarget } from './nameTarget';
import type { Answer, IRefactoring } from './refactoring';

/** What a person says of a name that is imported. */
export interface IInlineImportForm {
  readonly name: string;
}

/** A function or a class of a module, brought into the notebook. */
export function inlineImport(
  target: INameTarget,
  model: Pick<IQualityModel, 'takeSnapshot'>,
  trans: TranslationBundle
): IRefactoring<IInlineImportForm> {
  const { cells } = model.takeSnapshot();
  const imported = [...namesImported(cells.map(({ source }) => source)).keys()];
  const isMeant = imported.includes(target.name);
  return {
    title: trans.__('Inline this import'),
    initial: { name: isMeant ? target.name : (imported[0] ?? '') },
    lead: ({ name }) =>
      trans.__(
        'Brings `%1` from its module into the notebook, to work on it; push it back when it is done.',
        name
      ),
    problem: ({ name }) =>
      name === '' ? trans.__('The notebook imports nothing by its name.') : '',
    question: ({ name }) =>
      Promise.resolve({
        wish: { refactoring: 'inline-import', name },
        texts: new Map()
      }),
    Fields:
      isMeant || imported.length === 0
        ? null
        : ({ form, change }) => (
            <SelectField
              label={trans.__('Name')}
              choices={imported.map(name => [name, name])}
              value={form.name}
              change={name => change({ name })}
              isFirst
            />
          ),
    notes: answer =>
      isInlining(answer)
        ? answer.notes.map(text => ({ text, isWarning: false }))
        : [],
    done: answer =>
      isInlining(answer)
        ? trans.__('Brought %1 from %2.', answer.name, answer.module)
        : ''
  };
}

function isInlining(answer: Answer): answer is ImportInlining {
  return answer.kind === 'import-inlining';
}
