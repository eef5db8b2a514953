import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal, checkIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { useState } from 'react';

import type { Proposal, Suggestion, Survivor } from '../api/types';
import { cellReference } from '../components/cellNames';
import { effectWords } from '../components/effectWords';
import type { Highlight, Token } from '../components/highlight';
import { useHighlighted } from '../components/highlight';
import { MessageText } from '../components/messageText';
import type { IQualityModel } from '../tokens';
import type { Suggesting } from './suggesting';
import { weakSentence } from './words';

/** What the dialog needs. */
export interface ISuggestDialogOptions {
  /** What it is called: `Suggest tests for [4]`. */
  readonly title: string;
  readonly suggesting: Suggesting;
  readonly model: IQualityModel;
  readonly highlight: Highlight | null;
  /** Adds a proposal to the cell; false where that could not be done. */
  accept(proposal: Proposal): boolean;
  readonly trans: TranslationBundle;
}

/** Shows proposals as they are found; each is taken or left. Resolves when the dialog is closed. */
export async function showSuggestions(
  options: ISuggestDialogOptions
): Promise<void> {
  const { title, suggesting, trans } = options;
  const dialog = new SuggestDialog({
    title,
    body: ReactWidget.create(
      <UseSignal signal={suggesting.changed}>
        {() => <Body {...options} />}
      </UseSignal>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })]
  });
  dialog.addClass('jp-nbq-SuggestDialog');
  dialog.node.ariaLabel = title;
  await dialog.launch().finally(() => suggesting.dispose());
}

/** A dialog that leaves the Enter key to the buttons of its body. */
class SuggestDialog extends Dialog<unknown> {
  override handleEvent(event: Event): void {
    if (!(
      event instanceof KeyboardEvent &&
      event.key === 'Enter' &&
      (event.target as HTMLElement).closest('.jp-Dialog-body')
    )) {
      super.handleEvent(event);
    }
  }
}

function Body(props: ISuggestDialogOptions): ReactElement {
  const { suggesting, trans } = props;
  const { state } = suggesting;
  return (
    <div className="jp-nbq-suggest">
      <div aria-live="polite">
        {state.kind === 'running' ? (
          <Running share={state.share} label={state.label} trans={trans} />
        ) : state.kind === 'consent' ? (
          <Consent {...props} />
        ) : state.kind === 'failed' ? (
          <p className="jp-nbq-testform-problem">
            <MessageText text={state.message} />
          </p>
        ) : (
          <Summary {...props} suggestion={state.suggestion} />
        )}
      </div>
      {state.kind === 'done' && (
        <Found {...props} suggestion={state.suggestion} />
      )}
    </div>
  );
}

function Running(props: {
  share: number;
  label: string;
  trans: TranslationBundle;
}): ReactElement {
  const { share, label, trans } = props;
  return (
    <>
      <p>
        {trans.__('%1…', label || trans.__('Starting a kernel'))}{' '}
        <span className="jp-nbq-muted">
          {trans.__(
            'The cell and those it needs run in a kernel of their own, in a copy of the folder.'
          )}
        </span>
      </p>
      <progress
        className="jp-nbq-verification-progress"
        aria-label={trans.__('How much of it was tried')}
        max={1}
        value={share}
      />
    </>
  );
}

function Consent(props: ISuggestDialogOptions): ReactElement | null {
  const { suggesting, model, trans } = props;
  const { state } = suggesting;
  if (state.kind !== 'consent') {
    return null;
  }
  return (
    <>
      <p>
        {trans.__(
          'Nothing was run: these cells reach out of the folder of the notebook, and would do so again, several times.'
        )}
      </p>
      <ul>
        {state.effects.map(effect => (
          <li key={`${effect.cell} ${effect.kind} ${effect.what}`}>
            <code>{cellReference(model, effect.cell, trans)?.label ?? ''}</code>{' '}
            <MessageText text={effectWords(effect, trans)} />
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="jp-nbq-button"
        onClick={() => suggesting.consent()}
      >
        {trans.__('Run all the same')}
      </button>
    </>
  );
}

/** What came of it, in a sentence or two. */
function Summary(
  props: ISuggestDialogOptions & { suggestion: Suggestion }
): ReactElement {
  const { suggestion, trans } = props;
  const { proposals, worth, remark } = suggestion;
  return (
    <p>
      {proposals.length > 0
        ? trans._n(
            '%1 test is proposed.',
            '%1 tests are proposed.',
            proposals.length
          )
        : trans.__('No test is proposed.')}{' '}
      {worth.mutants > 0 &&
        trans.__(
          'With those there are, they notice %1 of %2 small changes of the cell.',
          worth.killed,
          worth.mutants
        )}{' '}
      <MessageText text={remark} />
    </p>
  );
}

function Found(
  props: ISuggestDialogOptions & { suggestion: Suggestion }
): ReactElement {
  const { suggestion, trans } = props;
  const weak = suggestion.tests.filter(test => test.weak);
  return (
    <>
      {suggestion.proposals.map(proposal => (
        <ProposalPart key={proposal.name} {...props} proposal={proposal} />
      ))}
      {weak.length > 0 && (
        <section aria-label={trans.__('Weak tests')}>
          <h3>{trans.__('Weak tests')}</h3>
          {weak.map(({ name, worth }) => (
            <div key={name} className="jp-nbq-suggest-part">
              <b>{name}</b>
              <div>{weakSentence(worth, trans)}</div>
              <Survivors survivors={worth.survivors} trans={trans} />
            </div>
          ))}
        </section>
      )}
      {suggestion.worth.survivors.length > 0 && (
        <section aria-label={trans.__('What no test notices')}>
          <h3>{trans.__('What no test notices')}</h3>
          <Survivors survivors={suggestion.worth.survivors} trans={trans} />
        </section>
      )}
    </>
  );
}

function ProposalPart(
  props: ISuggestDialogOptions & { proposal: Proposal }
): ReactElement {
  const { proposal, accept, highlight, trans } = props;
  const { title, why, worth } = proposal;
  const source = proposal.source.trimEnd();
  const [isAdded, setAdded] = useState(false);
  const lines = useHighlighted(source, highlight);
  return (
    <section className="jp-nbq-suggest-part" aria-label={title}>
      <div className="jp-nbq-suggest-head">
        <b className="jp-nbq-grow">{title}</b>
        <span className="jp-nbq-muted" title={trans.__('Its mutation score')}>
          {proposal.new < worth.killed
            ? trans.__(
                'notices %1 of %2 changes, %3 of them alone',
                worth.killed,
                worth.mutants,
                proposal.new
              )
            : trans.__('notices %1 of %2 changes', worth.killed, worth.mutants)}
        </span>
        <button
          type="button"
          className="jp-nbq-button"
          aria-label={
            isAdded
              ? trans.__('Added: %1', title)
              : trans.__('Add test: %1', title)
          }
          // Not disabled: it has the focus.
          aria-disabled={isAdded}
          onClick={() => {
            if (!isAdded) {
              setAdded(accept(proposal));
            }
          }}
        >
          {isAdded && <checkIcon.react tag={null} width="14px" />}
          {isAdded ? trans.__('Added') : trans.__('Add')}
        </button>
      </div>
      <div>
        <MessageText text={why} />
      </div>
      <pre tabIndex={0}>
        {(lines ?? plainLines(source)).map((tokens, index) => (
          <div key={index}>
            {tokens.length > 0
              ? tokens.map(([text, classes], place) => (
                  <span key={place} className={classes}>
                    {text}
                  </span>
                ))
              : '\n'}
          </div>
        ))}
      </pre>
    </section>
  );
}

/** What is changed without any test noticing. */
function Survivors(props: {
  survivors: readonly Survivor[];
  trans: TranslationBundle;
}): ReactElement | null {
  const { survivors, trans } = props;
  return survivors.length > 0 ? (
    <details>
      <summary>
        {trans._n(
          'A change that goes unnoticed',
          '%1 changes that go unnoticed',
          survivors.length
        )}
      </summary>
      {survivors.map(({ title, line, before, after }) => (
        <div key={`${line} ${title}`} className="jp-nbq-suggest-change">
          <div className="jp-nbq-muted">
            {trans.__('Line %1:', line + 1)} <MessageText text={title} />
          </div>
          <pre>
            <del>{before}</del>
            {'\n'}
            <ins>{after}</ins>
          </pre>
        </div>
      ))}
    </details>
  ) : null;
}

function plainLines(source: string): Token[][] {
  return source.split('\n').map(line => (line ? [[line, '']] : []));
}
