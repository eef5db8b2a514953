import { Dialog } from '@jupyterlab/apputils';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import { CodeEditor, CodeEditorWrapper } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel, Widget } from '@lumino/widgets';
import type { ISessionContext } from '@jupyterlab/apputils';

import type { Engine, ICellTest } from './cellTests';
import { nameFor, titleFor } from './cellTests';
import { kernelCompletion } from './completion';

/** What is written of a test. */
export interface IDraft {
  readonly title: string;
  readonly source: string;
  readonly timeout: number | null;
  readonly engine: Engine | null;
}

/** What the dialog needs. */
export interface ITestDialogOptions {
  /** What it is called: `Add test to [4]`. */
  readonly title: string;
  /** One sentence on what the test sees. */
  readonly lead: string;
  readonly draft: IDraft;
  /** The name that a test has already, which it keeps. */
  readonly name: string | null;
  /** The names of the cell's other tests. */
  readonly taken: ReadonlySet<string>;
  /** Where the cursor is to be, from 0; null for the title. */
  readonly line: number | null;
  readonly editors: IEditorServices;
  readonly session: ISessionContext;
  readonly trans: TranslationBundle;
}

/** What a person decided: the test, and whether it runs at once; a draft where they closed the dialog. */
export type TestDecision =
  | { readonly kind: 'save'; readonly test: ICellTest; readonly run: boolean }
  | { readonly kind: 'cancel'; readonly draft: IDraft };

/** The places of the buttons. */
const SAVE = 1;
const SAVE_AND_RUN = 2;

/** Asks for a test. */
export async function askTest(
  options: ITestDialogOptions
): Promise<TestDecision> {
  const { title, trans, name, taken } = options;
  const form = new TestForm(options);
  const dialog = new TestDialog(form, {
    title,
    body: form,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.createButton({ label: trans.__('Save') }),
      Dialog.okButton({ label: trans.__('Save and run') })
    ],
    defaultButton: SAVE_AND_RUN
  });
  dialog.addClass('jp-nbq-TestDialog');
  dialog.node.ariaLabel = title;
  const { button } = await dialog.launch();
  const { draft } = form;
  if (!button.accept) {
    return { kind: 'cancel', draft };
  }
  const words = draft.title.trim() || titleFor(draft.source);
  return {
    kind: 'save',
    test: { ...draft, title: words, name: name ?? nameFor(words, taken) },
    run: dialog.isRun
  };
}

/** A dialog whose own keys leave those of its fields alone, and that accepts nothing but a test. */
class TestDialog extends Dialog<unknown> {
  constructor(
    private readonly _form: TestForm,
    options: Partial<Dialog.IOptions<unknown>>
  ) {
    super(options);
    this.node.addEventListener('nbq-accept', () => this.resolve(SAVE_AND_RUN));
    void this.ready.then(() => _form.focus());
  }

  /** Whether the test is to run at once. */
  isRun = false;

  override resolve(index = SAVE_AND_RUN): void {
    if (index !== SAVE && index !== SAVE_AND_RUN) {
      super.resolve(index);
    } else if (this._form.check()) {
      this.isRun = index === SAVE_AND_RUN;
      super.resolve(index);
    }
  }

  override handleEvent(event: Event): void {
    if (event instanceof KeyboardEvent && event.type === 'keydown') {
      const target = event.target as HTMLElement;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        event.stopPropagation();
        this.resolve(SAVE_AND_RUN);
        return;
      }
      if (this._form.owns(target)) {
        if (event.key !== 'Escape') {
          return;
        }
        // What was written is not lost by one key; and this is the way out of an editor that takes the Tab key.
        if (!this._form.isCompleting) {
          event.preventDefault();
          event.stopPropagation();
          this.node
            .querySelectorAll<HTMLElement>(
              '.jp-Dialog-footer .jp-Dialog-button'
            )
            [SAVE_AND_RUN].focus();
        }
        return;
      }
      if (
        event.key === 'Enter' &&
        target.matches('select, summary, .jp-Dialog-button')
      ) {
        return;
      }
    }
    super.handleEvent(event);
  }
}

/** The fields of a test. */
class TestForm extends Panel {
  constructor(private readonly _options: ITestDialogOptions) {
    super();
    this.addClass('jp-nbq-testform');
    const { draft, editors, session, trans, lead } = _options;
    const top = new Widget({ node: topOf(draft, lead, trans) });
    const model = new CodeEditor.Model({ mimeType: 'text/x-python' });
    model.sharedModel.setSource(draft.source);
    const { newInlineEditor } = editors.factoryService;
    this._editor = new CodeEditorWrapper({
      model,
      factory: newInlineEditor.bind(editors.factoryService),
      editorOptions: { config: { lineNumbers: false, lineWrap: true } }
    });
    this._editor.addClass('jp-nbq-testform-editor');
    const { editor } = this._editor as unknown as { editor: CodeMirrorEditor };
    editor.injectExtension(kernelCompletion(session));
    editor.editor.contentDOM.setAttribute(
      'aria-label',
      trans.__('Code of the test')
    );
    this.addWidget(top);
    this.addWidget(this._editor);
    this.addWidget(new Widget({ node: bottomOf(draft, trans) }));
    this._title.addEventListener('input', () => this._showName());
    model.sharedModel.changed.connect(() => {
      this._problem('');
      this._showName();
    });
    this._showName();
  }

  /** What the fields say. */
  get draft(): IDraft {
    const seconds = Number(this._field<HTMLInputElement>('timeout').value);
    const engine = this._field<HTMLSelectElement>('engine').value;
    return {
      title: this._title.value,
      source: this._source,
      timeout: seconds > 0 ? Math.min(seconds, 86_400) : null,
      engine: engine === '' ? this._unsaid : (engine as Engine)
    };
  }

  /** Whether a list of completions is open. */
  get isCompleting(): boolean {
    return this.node.querySelector('.cm-tooltip-autocomplete') !== null;
  }

  focus(): void {
    const { line, draft } = this._options;
    if (line === null && draft.source === '') {
      this._title.focus();
      return;
    }
    const { editor } = this._editor;
    const last = editor.lineCount - 1;
    const at = Math.min(line ?? last, last);
    editor.setCursorPosition({
      line: at,
      column: editor.getLine(at)?.length ?? 0
    });
    editor.focus();
  }

  /** Whether keys on an element are for the editor. */
  owns(element: HTMLElement): boolean {
    return this._editor.node.contains(element);
  }

  /** Whether there is a test; if not, tells so. */
  check(): boolean {
    const isEmpty = this._source
      .split('\n')
      .every(line => line.trim() === '' || line.trim().startsWith('#'));
    if (isEmpty) {
      this._problem(
        this._options.trans
          .__('Write what must hold, such as `assert total > 0`.')
          .replace(/`/g, '')
      );
      this._editor.editor.focus();
    }
    return !isEmpty;
  }

  private get _title(): HTMLInputElement {
    return this._field('title');
  }

  private get _source(): string {
    return this._editor.model.sharedModel.getSource().replace(/\s+$/, '');
  }

  private _field<T extends HTMLElement>(name: string): T {
    return this.node.querySelector<T>(`[name="${name}"]`)!;
  }

  /** The engine of a test that is to run where it is usual: some say so. */
  private get _unsaid(): Engine | null {
    return this._options.draft.engine === 'fork' ? 'fork' : null;
  }

  private _problem(text: string): void {
    this.node.querySelector('.jp-nbq-testform-problem')!.textContent = text;
  }

  private _showName(): void {
    const { name, taken, trans } = this._options;
    const words = this._title.value.trim() || titleFor(this._source);
    this.node.querySelector('.jp-nbq-testform-name')!.textContent = trans.__(
      'Its name on the command line: %1',
      name ?? nameFor(words, taken)
    );
  }

  private readonly _editor: CodeEditorWrapper;
}

function topOf(
  draft: IDraft,
  lead: string,
  trans: TranslationBundle
): HTMLElement {
  const node = document.createElement('div');
  const intro = text('p', lead, 'jp-nbq-muted');
  const label = text('label', trans.__('What must hold'));
  const input = document.createElement('input');
  input.type = 'text';
  input.name = 'title';
  input.value = draft.title;
  input.placeholder = trans.__('one row per customer');
  label.append(input);
  node.append(
    intro,
    label,
    text('div', '', 'jp-nbq-hint jp-nbq-testform-name'),
    text('div', trans.__('Code'), 'jp-nbq-testform-label')
  );
  return node;
}

function bottomOf(draft: IDraft, trans: TranslationBundle): HTMLElement {
  const node = document.createElement('div');
  const problem = text('div', '', 'jp-nbq-testform-problem');
  problem.setAttribute('role', 'alert');
  const options = document.createElement('details');
  options.open = draft.timeout !== null || draft.engine !== null;
  const time = text('label', trans.__('Ends after so many seconds'));
  const seconds = document.createElement('input');
  seconds.type = 'number';
  seconds.name = 'timeout';
  seconds.min = '0';
  seconds.step = 'any';
  seconds.placeholder = '10';
  seconds.value = draft.timeout === null ? '' : String(draft.timeout);
  time.append(seconds);
  const where = text('label', trans.__('Runs'));
  const select = document.createElement('select');
  select.name = 'engine';
  const engines: [string, string][] = [
    ['', trans.__('in a copy of the kernel, where that is possible')],
    ['clean', trans.__('from a clean start')],
    [
      'shared',
      trans.__('in the kernel itself: it can change the objects there')
    ]
  ];
  for (const [value, words] of engines) {
    const option = document.createElement('option');
    option.value = value;
    option.textContent = words;
    select.append(option);
  }
  select.value = draft.engine === 'fork' ? '' : (draft.engine ?? '');
  where.append(select);
  options.append(text('summary', trans.__('Options')), time, where);
  node.append(
    problem,
    text(
      'div',
      trans.__(
        'Bare asserts, or functions named test_… as for pytest. Tab completes, Escape leaves the editor, Ctrl+Enter saves and runs.'
      ),
      'jp-nbq-hint'
    ),
    options
  );
  return node;
}

function text(tag: string, words: string, className = ''): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = words;
  return element;
}
