import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  LabIcon,
  ReactWidget,
  UseSignal,
  errorIcon,
  infoIcon
} from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';

import type { EditPlan } from '../api/types';
import { cellReference } from '../components/cellNames';
import type { Highlight } from '../components/highlight';
import { warningIcon } from '../components/icons';
import { MessageText } from '../components/messageText';
import { PlanParts } from '../components/planParts';
import type { IPlanPart } from '../components/planPreview';
import { previewPlan } from '../components/planPreview';
import type { IQualityModel } from '../tokens';
import { FIRST_FIELD } from './fields';
import type { IPreviewed, Preview } from './preview';
import type { INote, IRefactoring } from './refactoring';
import type { Verification } from './verification';
import { VerificationPart } from './verificationPart';

/** The dialog is wide enough for two texts beside each other. */
const WIDE = '(min-width: 940px)';

/** How a person wants to see changes, for all dialogs of a session. */
export class LayoutMemory {
  /** Whether the old and the new text stand beside each other. */
  get isSideBySide(): boolean {
    return this._isSideBySide;
  }

  choose(isSideBySide: boolean): void {
    this._isSideBySide = isSideBySide;
  }

  private _isSideBySide = false;
}

export interface IRefactorDialogOptions<Form> {
  readonly refactoring: IRefactoring<Form>;
  readonly preview: Preview<Form>;
  readonly verification: Verification;
  readonly model: IQualityModel;
  readonly layout: LayoutMemory;
  readonly highlight: Highlight | null;
  readonly trans: TranslationBundle;
}

/** What a person decided: to apply what they saw, to go to a cell, or nothing. */
export type Decision =
  | { readonly kind: 'apply'; readonly previewed: IPreviewed }
  | { readonly kind: 'go'; readonly cell: string }
  | { readonly kind: 'none' };

/**
 * Shows what a refactoring would change, with its fields, and asks; once more where it was seen to change results.
 */
export async function askRefactoring<Form>(
  options: IRefactorDialogOptions<Form>
): Promise<Decision> {
  const { verification, trans } = options;
  for (;;) {
    const decision = await askOnce(options);
    if (
      decision.kind !== 'apply' ||
      !verification.isDifferent ||
      (await isSure(trans))
    ) {
      return decision;
    }
  }
}

async function askOnce<Form>(
  options: IRefactorDialogOptions<Form>
): Promise<Decision> {
  const { refactoring, preview, verification, trans } = options;
  let cell: string | null = null;
  const dialog = new RefactorDialog(
    verification,
    () => mayApply(preview, verification),
    trans,
    {
      title: refactoring.title,
      body: new RefactorBody({
        ...options,
        go: wanted => {
          cell = wanted;
          dialog.reject();
        }
      }),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Apply') })
      ],
      focusNodeSelector: `.${FIRST_FIELD}`
    }
  );
  dialog.addClass('jp-nbq-RefactorDialog');
  dialog.node.ariaLabel = refactoring.title;
  const { button } = await dialog.launch();
  const { previewed } = preview;
  if (button.accept && previewed) {
    return { kind: 'apply', previewed };
  }
  return cell === null ? { kind: 'none' } : { kind: 'go', cell };
}

/** Asks whether to apply what changes results. */
async function isSure(trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Apply though the results differ?'),
    body: trans.__(
      'The notebook does something else with the new code than with the old.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Back') }),
      Dialog.warnButton({ label: trans.__('Apply') })
    ],
    defaultButton: 0
  });
  return button.accept;
}

function mayApply<Form>(
  preview: Preview<Form>,
  verification: Verification
): boolean {
  return preview.status === 'ready' && !verification.isAwaited;
}

/** The fields of a dialog. */
const TYPED_IN = '.jp-nbq-refactor-fields input';

/** The places of the buttons. */
const CANCEL = 0;
const APPLY = 1;

function dialogButtons(dialog: Element): NodeListOf<HTMLElement> {
  return dialog.querySelectorAll<HTMLElement>(
    '.jp-Dialog-footer .jp-Dialog-button'
  );
}

/** A dialog whose own keys leave those of its fields alone, and that accepts nothing but what was seen. */
class RefactorDialog extends Dialog<unknown> {
  constructor(
    private readonly _verification: Verification,
    private readonly _isReady: () => boolean,
    private readonly _trans: TranslationBundle,
    options: Partial<Dialog.IOptions<unknown>>
  ) {
    super(options);
    _verification.changed.connect(this._onVerification, this);
    this._label();
    void this.ready.then(() => {
      this._label();
      this._warn();
    });
  }

  override dispose(): void {
    this._verification.changed.disconnect(this._onVerification, this);
    super.dispose();
  }

  override resolve(index = APPLY): void {
    if (index !== APPLY || this._isReady()) {
      super.resolve(index);
    }
  }

  private _onVerification(): void {
    this._label();
    // Who is typing would press it unawares.
    if (!document.activeElement?.matches(TYPED_IN)) {
      this._warn();
    }
  }

  /** Has the harmless button be the next one where the other is not. */
  private _warn(): void {
    if (this._verification.isDifferent) {
      dialogButtons(this.node)[CANCEL].focus();
    }
  }

  /** Has the buttons say what they do now. */
  private _label(): void {
    const apply = dialogButtons(this.node)[APPLY];
    const { state, isIdentical, isDifferent } = this._verification;
    const isPlain = isIdentical || state.kind === 'none';
    const label = isDifferent
      ? this._trans.__('Apply anyway…')
      : isPlain || this._verification.isAwaited
        ? this._trans.__('Apply')
        : this._trans.__('Apply unverified');
    apply.querySelector('.jp-Dialog-buttonLabel')!.textContent = label;
    apply.ariaLabel = label;
    apply.classList.toggle('jp-mod-accept', !isDifferent);
    apply.classList.toggle('jp-mod-reject', isDifferent);
  }

  override handleEvent(event: Event): void {
    if (!(event instanceof KeyboardEvent && isForField(event))) {
      super.handleEvent(event);
    }
  }
}

/** Whether a key means the element that has the focus, and not the dialog. */
function isForField({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) {
    return false;
  }
  if (target.getAttribute('aria-expanded') === 'true') {
    return key === 'Enter' || key === 'Escape';
  }
  return (
    ['Enter', 'ArrowLeft', 'ArrowRight'].includes(key) &&
    target.closest('.jp-Dialog-body') !== null &&
    target.matches('button')
  );
}

interface IBodyProps<Form> extends IRefactorDialogOptions<Form> {
  /** Closes the dialog and goes to a cell. */
  go(cell: string): void;
}

class RefactorBody<Form> extends ReactWidget {
  constructor(private readonly _props: IBodyProps<Form>) {
    super();
    this.addClass('jp-nbq-refactor');
  }

  protected render(): ReactElement {
    return (
      <UseSignal signal={this._props.preview.changed}>
        {() => (
          <UseSignal signal={this._props.verification.changed}>
            {() => <Body {...this._props} />}
          </UseSignal>
        )}
      </UseSignal>
    );
  }
}

function Body<Form>(props: IBodyProps<Form>): ReactElement {
  const { refactoring, preview, verification, trans } = props;
  const { Fields } = refactoring;
  const { form, status, previewed } = preview;
  const isReady = mayApply(preview, verification);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // JupyterLab looks for `jp-mod-error` at each input, and lets nobody accept while there is one.
    root.current?.dispatchEvent(new Event('input', { bubbles: true }));
    const dialog = root.current?.closest('.jp-Dialog');
    if (
      isReady &&
      dialog &&
      !root.current?.querySelector(`.${FIRST_FIELD}`) &&
      !root.current?.contains(document.activeElement)
    ) {
      // It could not get the focus as long as it was disabled.
      dialogButtons(dialog)[APPLY]?.focus();
    }
  }, [isReady]);
  const notes = previewed ? refactoring.notes(previewed.answer) : [];
  return (
    <div ref={root}>
      {!isReady && <span className="jp-mod-error" hidden />}
      <p className="jp-nbq-refactor-lead">
        <MessageText text={refactoring.lead(form)} />{' '}
        {trans.__('Nothing changes until you choose Apply.')}
      </p>
      <div className="jp-nbq-refactor-columns">
        <div className="jp-nbq-refactor-fields">
          {Fields && (
            <Fields
              form={form}
              change={change => preview.change(change)}
              answer={previewed?.answer ?? null}
              texts={preview.texts}
            />
          )}
          {notes.length > 0 && status !== 'refused' && (
            <Notes notes={notes} trans={trans} />
          )}
        </div>
        <div className="jp-nbq-refactor-side">
          <div className="jp-nbq-refactor-changes">
            {status === 'refused' || status === 'failed' || !previewed ? (
              <Reason {...props} />
            ) : (
              <Changes {...props} previewed={previewed} />
            )}
          </div>
          {status === 'ready' && previewed && (
            <VerificationPart {...props} snapshot={previewed.snapshot} />
          )}
        </div>
      </div>
    </div>
  );
}

function Notes(props: {
  notes: readonly INote[];
  trans: TranslationBundle;
}): ReactElement {
  const { notes, trans } = props;
  return (
    <section className="jp-nbq-field" aria-label={trans.__('Please note')}>
      <b>{trans.__('Please note')}</b>
      {notes.map(({ text, isWarning }) => (
        <div key={text} className="jp-nbq-refactor-note">
          <span
            role="img"
            aria-label={
              isWarning ? trans.__('Warning') : trans.__('Information')
            }
          >
            <LabIcon.resolveReact
              icon={isWarning ? warningIcon : infoIcon}
              className={`jp-nbq-icon jp-nbq-mod-${isWarning ? 'warning' : 'info'}`}
              tag="span"
            />
          </span>
          <span>
            <MessageText text={text} />
          </span>
        </div>
      ))}
    </section>
  );
}

/** Why there are no changes to show. */
function Reason<Form>(props: IBodyProps<Form>): ReactElement | null {
  const { preview, model, go, trans } = props;
  const { status, refusal, message } = preview;
  if (status === 'asking' || status === 'ready') {
    return null;
  }
  const cell = status === 'refused' ? (refusal?.cell ?? null) : null;
  const name = cell === null ? null : cellReference(model, cell, trans);
  return (
    <div
      className={`jp-nbq-refusal ${status === 'incomplete' ? 'jp-nbq-mod-quiet' : ''}`}
      role="alert"
    >
      <LabIcon.resolveReact
        icon={status === 'incomplete' ? infoIcon : errorIcon}
        className={`jp-nbq-icon jp-nbq-mod-${status === 'incomplete' ? 'info' : 'error'}`}
        tag="span"
        aria-hidden="true"
      />
      <span className="jp-nbq-grow">
        <MessageText
          text={status === 'refused' ? (refusal?.message ?? '') : message}
        />
      </span>
      {cell !== null && name && (
        <button
          type="button"
          className="jp-nbq-act"
          title={name.tooltip}
          onClick={() => go(cell)}
        >
          {trans.__('Go to %1', name.label)}
        </button>
      )}
    </div>
  );
}

function Changes<Form>(
  props: IBodyProps<Form> & { previewed: IPreviewed }
): ReactElement {
  const { previewed, preview, model, layout, highlight, trans } = props;
  const { answer, snapshot, texts } = previewed;
  const isWide = useMedia(WIDE);
  const [isChosen, setChosen] = useState(layout.isSideBySide);
  const isSideBySide = isWide && isChosen;
  const choose = (wanted: boolean): void => {
    layout.choose(wanted);
    setChosen(wanted);
  };
  return (
    <>
      <div className="jp-nbq-refactor-bar">
        <b>{trans.__('Changes')}</b>
        <span className="jp-nbq-muted jp-nbq-grow">
          {summary(answer.plan, trans)}
        </span>
        {isWide && (
          <span
            className="jp-nbq-segments"
            role="group"
            aria-label={trans.__('Layout of the changes')}
          >
            <button
              type="button"
              aria-pressed={!isSideBySide}
              onClick={() => choose(false)}
            >
              {trans.__('Unified')}
            </button>
            <button
              type="button"
              aria-pressed={isSideBySide}
              onClick={() => choose(true)}
            >
              {trans.__('Side by side')}
            </button>
          </span>
        )}
      </div>
      {preview.status === 'incomplete' && <Reason {...props} />}
      <PlanParts
        parts={inOrder(
          previewPlan(
            answer.plan,
            snapshot,
            trans,
            model.inspection?.cells ?? [],
            texts
          )
        )}
        isSideBySide={isSideBySide}
        highlight={highlight}
        trans={trans}
      />
    </>
  );
}

/** What a person looks at comes first: the cells, then the files that are written before them. */
function inOrder(parts: readonly IPlanPart[]): IPlanPart[] {
  return [
    ...parts.filter(({ kind }) => kind !== 'file'),
    ...parts.filter(({ kind }) => kind === 'file')
  ];
}

/** What a plan changes, counted: `1 cell, 1 new file`. */
function summary({ operations }: EditPlan, trans: TranslationBundle): string {
  const cells = new Set<unknown>();
  let isNew = 0;
  let files = 0;
  for (const operation of operations) {
    if (operation.kind === 'change-file') {
      if (operation.before_hash === null) {
        isNew++;
      } else {
        files++;
      }
    } else if (operation.kind !== 'rename-file') {
      cells.add('cell' in operation ? operation.cell : operation);
    }
  }
  return [
    cells.size > 0 && trans._n('%1 cell', '%1 cells', cells.size),
    isNew > 0 && trans._n('%1 new file', '%1 new files', isNew),
    files > 0 && trans._n('%1 file', '%1 files', files)
  ]
    .filter(Boolean)
    .join(', ');
}

/** Whether a media query holds. */
function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const onChange = (): void => setHolds(list.matches);
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [query]);
  return holds;
}
