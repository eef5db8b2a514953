import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { ModuleExtraction } from '../api/types';
import { MessageText } from '../components/messageText';
import type { FileTexts, IQualityModel } from '../tokens';
import { hasOtherCode, namesDefined } from './definitions';
import { CheckField, ChoiceField, TextField } from './fields';
import { fileHint, fileProblem, serverPath } from './modulePath';
import { PathField } from './pathField';
import {
  proposeFunctionName,
  proposeModule,
  selectedSource
} from './proposals';
import type { Answer, IFieldsProps, INote, IRefactoring } from './refactoring';
import { namesTaken } from './taken';
import type { ITarget } from './target';
import { listed, targetWords } from './words';

/** What a person says of code that moves to a module. */
export interface IModuleForm {
  /** As seen from the notebook's folder. */
  readonly file: string;
  /** Whether the definitions of the cells move, or all their code as a function. */
  readonly what: 'definitions' | 'code';
  /** The definitions that move. */
  readonly names: readonly string[];
  /** The function that is made of the code. */
  readonly name: string;
  readonly hasAutoreload: boolean;
}

/** The files of the server, as far as moving code needs them. */
export interface IModuleFiles {
  /** The text of a file; null where there is none. */
  read(path: string): Promise<string | null>;
  /** Whether it has changes in an editor that were not saved. */
  isUnsaved(path: string): boolean;
  /** What a path, seen from the notebook's folder, may become. */
  complete(typed: string): Promise<readonly string[]>;
}

/** Code of cells moved to a module. */
export function extractModule(
  target: ITarget,
  model: IQualityModel,
  files: IModuleFiles,
  trans: TranslationBundle
): IRefactoring<IModuleForm> {
  const snapshot = model.takeSnapshot();
  const sources = snapshot.cells
    .filter(({ id }) => target.cells.includes(id))
    .map(({ source }) => source);
  const names = [...new Set(sources.flatMap(namesDefined))];
  const selected = namesDefined(selectedSource(snapshot, target));
  const hasChoice = names.length > 0 && sources.some(hasOtherCode);
  const cells = targetWords({ ...target, range: null }, model, trans);
  // What the notebook is called does not change while the dialog is open.
  const pathOf = (file: string): string =>
    serverPath(snapshot.path, file.trim()) ?? '';
  return {
    title: trans.__('Extract to module'),
    initial: {
      file: proposeModule(snapshot, target),
      what: names.length > 0 ? 'definitions' : 'code',
      names: selected.length > 0 ? selected : names,
      name: proposeFunctionName(snapshot, target, namesTaken(model)),
      hasAutoreload: false
    },
    lead: ({ what }) =>
      what === 'code'
        ? trans.__('Moves the code of %1 to a function in a file.', cells)
        : trans.__('Moves definitions of %1 to a file.', cells),
    problem: ({ file, what, names: chosen, name }) => {
      const problem = fileProblem(snapshot.path, file.trim(), trans);
      if (problem) {
        return problem;
      }
      if (what === 'definitions' && chosen.length === 0) {
        return trans.__('Choose what moves.');
      }
      return what === 'code' && name.trim() === ''
        ? trans.__('Name the function.')
        : '';
    },
    question: async ({ file, what, names: chosen, name, hasAutoreload }) => {
      const path = pathOf(file);
      const existing = await files.read(path);
      return {
        wish: {
          refactoring: 'extract-module',
          cells: [...target.cells],
          module: file.trim(),
          path,
          function: what === 'code' ? name.trim() : '',
          names: what === 'code' ? [] : [...chosen],
          existing,
          autoreload: hasAutoreload
        },
        texts: new Map([[path, existing]])
      };
    },
    Fields: props => (
      <ModuleFields
        {...props}
        names={names}
        hasChoice={hasChoice}
        hint={hintOf(props.form.file, pathOf(props.form.file), props.texts)}
        complete={complete}
        trans={trans}
      />
    ),
    notes: answer => (isMove(answer) ? notesOf(answer) : []),
    done: answer =>
      isMove(answer)
        ? trans.__(
            'Extracted %1 to %2.',
            answer.names.join(', '),
            fileOf(answer)
          )
        : ''
  };

  function hintOf(file: string, path: string, texts: FileTexts): string {
    const hint = fileHint(file.trim(), texts.get(path), trans);
    return path && files.isUnsaved(path)
      ? trans.__('%1. Its unsaved changes are saved too', hint)
      : hint;
  }

  function complete(typed: string): Promise<readonly string[]> {
    return files.complete(typed);
  }
}

function ModuleFields(
  props: IFieldsProps<IModuleForm> & {
    readonly names: readonly string[];
    readonly hasChoice: boolean;
    readonly hint: string;
    complete(typed: string): Promise<readonly string[]>;
    readonly trans: TranslationBundle;
  }
): ReactElement {
  const { form, change, answer, names, hasChoice, trans } = props;
  const move = answer && isMove(answer) ? answer : null;
  const isOffered =
    form.hasAutoreload ||
    Boolean(move?.notes.some(note => note.includes('%autoreload')));
  return (
    <>
      <PathField
        label={trans.__('File')}
        value={form.file}
        hint={props.hint}
        change={file => change({ file })}
        complete={props.complete}
        isFirst={form.what === 'definitions'}
      />
      {hasChoice && (
        <ChoiceField
          label={trans.__('What moves')}
          choices={[
            ['definitions', trans.__('The definitions alone')],
            ['code', trans.__('All code, as a function')]
          ]}
          value={form.what}
          change={what => change({ what })}
        />
      )}
      {form.what === 'code' ? (
        <TextField
          label={trans.__('Function name')}
          value={form.name}
          change={name => change({ name })}
          isFirst
        />
      ) : (
        <fieldset className="jp-nbq-field">
          <legend>{trans.__('Names that move')}</legend>
          {names.map(name => (
            <CheckField
              key={name}
              label={<code>{name}</code>}
              isChecked={form.names.includes(name)}
              change={isChecked =>
                change({
                  names: names.filter(one =>
                    one === name ? isChecked : form.names.includes(one)
                  )
                })
              }
            />
          ))}
          {move && move.along.length > 0 && (
            <div className="jp-nbq-hint">
              <MessageText
                text={trans.__(
                  '%1 goes along: it is needed.',
                  listed(move.along, trans)
                )}
              />
            </div>
          )}
        </fieldset>
      )}
      {isOffered && (
        <CheckField
          label={trans.__('Follow changes of modules (%autoreload)')}
          isChecked={form.hasAutoreload}
          change={hasAutoreload => change({ hasAutoreload })}
        />
      )}
    </>
  );
}

function notesOf(answer: ModuleExtraction): INote[] {
  return answer.notes
    .filter(text => !text.includes("outside the notebook's folder"))
    .map(text => ({ text, isWarning: /pickled|cannot/.test(text) }));
}

/** The file that code was moved to, without its folder; the module where it stayed as it was. */
function fileOf({ plan, module }: ModuleExtraction): string {
  const change = plan.operations.find(({ kind }) => kind === 'change-file');
  return change && 'path' in change
    ? change.path.slice(change.path.lastIndexOf('/') + 1)
    : module;
}

function isMove(answer: Answer): answer is ModuleExtraction {
  return answer.kind === 'module-extraction';
}
