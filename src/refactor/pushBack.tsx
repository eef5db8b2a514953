import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { PushBack } from '../api/types';
import type { IQualityModel } from '../tokens';
import { copiesIn, filesOf } from './copies';
import type { IModuleFiles } from './extractModule';
import { CheckField, SelectField } from './fields';
import { moduleFolders } from './modulePath';
import type { INameTarget } from './nameTarget';
import type { Answer, IFieldsProps, IRefactoring } from './refactoring';
import type { ITarget } from './target';

/** What a person says of a copy that goes back to its module. */
export interface IPushBackForm {
  readonly name: string;
  readonly isKept: boolean;
  readonly isForced: boolean;
}

/** A function or a class that came from a module, written back into it. */
export function pushBack(
  target: ITarget,
  pointed: INameTarget,
  model: Pick<IQualityModel, 'takeSnapshot'>,
  files: Pick<IModuleFiles, 'read'>,
  trans: TranslationBundle
): IRefactoring<IPushBackForm> {
  const snapshot = model.takeSnapshot();
  const copies = copiesIn(snapshot.cells.map(({ source }) => source));
  const here = copiesIn(
    snapshot.cells
      .filter(({ id }) => target.cells.includes(id))
      .map(({ source }) => source)
  );
  const meant = copies.has(pointed.name)
    ? pointed.name
    : ([...here.keys(), ...copies.keys()][0] ?? '');
  return {
    title: trans.__('Push back'),
    initial: { name: meant, isKept: false, isForced: false },
    lead: ({ name }) =>
      trans.__(
        'Writes `%1` into `%2`, where it came from.',
        name,
        copies.get(name) ?? ''
      ),
    problem: ({ name }) =>
      name === ''
        ? trans.__('Nothing in the notebook says that it came from a module.')
        : '',
    question: async ({ name, isKept, isForced }) => {
      const found = await find(copies.get(name) ?? '');
      return {
        wish: {
          refactoring: 'push-back',
          name,
          keep: isKept,
          replace: isForced,
          path: found?.path ?? '',
          existing: found?.text ?? null
        },
        texts: new Map(found ? [[found.path, found.text]] : [])
      };
    },
    Fields: props => (
      <PushBackFields {...props} choices={[...copies.keys()]} trans={trans} />
    ),
    notes: answer =>
      isPushBack(answer)
        ? answer.notes.map(text => ({ text, isWarning: false }))
        : [],
    done: answer =>
      isPushBack(answer)
        ? trans.__('Pushed %1 back to %2.', answer.name, answer.module)
        : ''
  };

  /** The file of a module of the project, with what an editor holds of it. */
  async function find(
    module: string
  ): Promise<{ path: string; text: string } | null> {
    for (const folder of moduleFolders(snapshot.path)) {
      for (const file of filesOf(module)) {
        const path = PathExt.join(folder, file);
        const text = await files.read(path);
        if (text !== null) {
          return { path, text };
        }
      }
    }
    return null;
  }
}

function PushBackFields(
  props: IFieldsProps<IPushBackForm> & {
    readonly choices: readonly string[];
    readonly trans: TranslationBundle;
  }
): ReactElement {
  const { form, change, choices, trans } = props;
  return (
    <>
      {choices.length > 1 && (
        <SelectField
          label={trans.__('Name')}
          choices={choices.map(name => [name, name])}
          value={form.name}
          change={name => change({ name })}
          isFirst
        />
      )}
      <CheckField
        label={trans.__('Leave it in the notebook, too')}
        isChecked={form.isKept}
        change={isKept => change({ isKept })}
      />
      <CheckField
        label={trans.__('Also if the module changed it meanwhile')}
        isChecked={form.isForced}
        change={isForced => change({ isForced })}
      />
    </>
  );
}

function isPushBack(answer: Answer): answer is PushBack {
  return answer.kind === 'push-back';
}
