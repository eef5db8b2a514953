import type { TranslationBundle } from '@jupyterlab/translation';
import {
  LabIcon,
  UseSignal,
  errorIcon,
  infoIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';
import { Fragment, useEffect, useRef } from 'react';

import type { Difference, Notebook, WorldEffect } from '../api/types';
import { cellReference } from '../components/cellNames';
import { effectWords } from '../components/effectWords';
import { verifiedIcon, warningIcon } from '../components/icons';
import { MessageText } from '../components/messageText';
import { durationWords, lastTimeWords } from '../components/runWords';
import { maskSecrets } from '../notebook/secretMask';
import type { IQualityModel } from '../tokens';
import type { Verification, VerificationState } from './verification';

/** So many differences are shown. */
const MOST = 5;

export interface IVerificationPartProps {
  readonly verification: Verification;
  /** The notebook that is verified. */
  readonly snapshot: Notebook;
  readonly model: IQualityModel;
  /** Closes the dialog and goes to a cell. */
  go(cell: string): void;
  readonly trans: TranslationBundle;
}

type StateOf<Kind> = Extract<VerificationState, { kind: Kind }>;

/** Whether the changes were verified, and what came of it. */
export function VerificationPart(props: IVerificationPartProps): ReactElement {
  const { quick } = props.verification;
  return quick ? (
    <UseSignal signal={quick.changed}>{() => <Part {...props} />}</UseSignal>
  ) : (
    <Part {...props} />
  );
}

function Part(props: IVerificationPartProps): ReactElement {
  const { verification, trans } = props;
  const { state } = verification;
  const root = useRef<HTMLDivElement>(null);
  const isConsent = state.kind === 'consent' || state.kind === 'long';
  const phase = `${state.kind} ${verification.isAwaited} ${'isQuick' in state && state.isQuick}`;
  const last = useRef(phase);
  useEffect(() => {
    if (last.current === phase) {
      return;
    }
    last.current = phase;
    // The button that had the focus is gone.
    const dialog = root.current?.closest('.jp-Dialog');
    if (!dialog?.contains(document.activeElement)) {
      // One Enter too many is no consent.
      const next = isConsent ? 'button' : 'button.jp-nbq-act';
      root.current
        ?.querySelector<HTMLElement>(`${next}:not([aria-disabled])`)
        ?.focus();
    }
  }, [phase, isConsent]);
  return (
    <div ref={root} aria-live="polite" className="jp-nbq-verification">
      {state.kind === 'none' ? (
        <Before {...props} />
      ) : state.kind === 'long' ? (
        <Long {...props} seconds={state.seconds} />
      ) : state.kind === 'running' ? (
        <Running {...props} state={state} />
      ) : state.kind === 'consent' ? (
        <Consent {...props} effects={state.effects} />
      ) : state.kind === 'failed' ? (
        <Unknown {...props} state={state} reason={state.message} />
      ) : state.verdict.state === 'identical' ? (
        <Identical {...props} state={state} />
      ) : state.verdict.state === 'differs' ? (
        <Different {...props} state={state} />
      ) : (
        <Unknown {...props} state={state} reason={state.verdict.reason} />
      )}
      {state.kind === 'running' && !state.isQuick && (
        <progress
          className="jp-nbq-verification-progress"
          aria-label={trans.__('How much of it was run')}
          max={1}
          value={state.share}
        />
      )}
    </div>
  );
}

function Before(props: IVerificationPartProps): ReactElement {
  const { verification, snapshot, model, trans } = props;
  const cells = snapshot.cells.filter(
    ({ cell_type, source }) => cell_type === 'code' && source.trim() !== ''
  );
  const time = lastTimeWords(
    model,
    cells.map(({ id }) => id),
    trans
  );
  const count = trans._n('%1 cell', '%1 cells', cells.length);
  return (
    <Box
      role="neutral"
      icon={infoIcon}
      title={trans.__('Not verified yet.')}
      more={time ? trans.__('%1, %2.', count, time) : trans.__('%1.', count)}
      actions={[
        ...quickAction(verification, trans.__('Quick check')),
        [trans.__('Verify'), () => verification.start()]
      ]}
    >
      {verification.quick && (
        <div>
          {verification.quick.obstacle
            ? trans.__('Quick check needs a running kernel.')
            : trans.__(
                'Quick check runs the changed cells alone, in copies of the kernel.'
              )}
        </div>
      )}
      <div>
        {trans.__(
          'Verify runs the notebook with the old and the new code, in separate kernels and a copy of its folder.'
        )}
      </div>
    </Box>
  );
}

function Long(
  props: IVerificationPartProps & { seconds: number }
): ReactElement {
  const { verification, seconds, trans } = props;
  return (
    <Box
      role="warning"
      icon={warningIcon}
      iconLabel={trans.__('Warning')}
      title={trans.__('Not verified yet.')}
      text={trans.__(
        'Nothing was run: the cells took %1 the last time, and run three times.',
        durationWords(seconds, trans)
      )}
      actions={[
        [trans.__('Leave it'), () => verification.stop()],
        [trans.__('Verify all the same'), () => verification.wait()]
      ]}
    />
  );
}

function Running(
  props: IVerificationPartProps & { state: StateOf<'running'> }
): ReactElement {
  const { verification, state, trans } = props;
  const { isAwaited } = verification;
  const stop: Action = [trans.__('Stop'), () => verification.stop()];
  return (
    <Box
      role="neutral"
      icon={refreshIcon}
      title={state.isQuick ? trans.__('Checking.') : trans.__('Verifying.')}
      text={trans.__('%1…', stepWords(state, trans))}
      more={
        isAwaited
          ? trans.__('You can edit the fields; that starts again.')
          : trans.__('Apply does not wait for it.')
      }
      actions={
        isAwaited
          ? [[trans.__('Skip'), () => verification.skip()], stop]
          : [stop]
      }
    />
  );
}

/** What is done just now. */
function stepWords(
  { isQuick, isWaiting, label }: StateOf<'running'>,
  trans: TranslationBundle
): string {
  if (isQuick) {
    return isWaiting
      ? trans.__('Waiting for the kernel, which is busy')
      : trans.__('Running the old and the new code in copies of the kernel');
  }
  return label || trans.__('Starting a kernel');
}

function Consent(
  props: IVerificationPartProps & { effects: readonly WorldEffect[] }
): ReactElement {
  const { verification, effects, trans } = props;
  return (
    <Box
      role="warning"
      icon={warningIcon}
      iconLabel={trans.__('Warning')}
      title={trans.__('Not verified yet.')}
      text={trans.__(
        'Nothing was run: the notebook reaches out of its folder.'
      )}
      actions={[
        [trans.__('Verify all the same'), () => verification.consent()]
      ]}
    >
      <ul>
        {effects.map(effect => (
          <li key={`${effect.cell} ${effect.kind} ${effect.what}`}>
            <CellButton {...props} cell={effect.cell} />{' '}
            <MessageText text={effectWords(effect, trans)} />
          </li>
        ))}
      </ul>
    </Box>
  );
}

function Identical(
  props: IVerificationPartProps & { state: StateOf<'verdict'> }
): ReactElement {
  const { state, snapshot, trans } = props;
  const { verdict } = state;
  const { undecided } = verdict;
  const cells = new Set(snapshot.cells.map(({ id }) => id));
  return (
    <Box
      role="success"
      icon={verifiedIcon}
      iconLabel={trans.__('Verified')}
      title={identicalWords(state, trans)}
      actions={againActions(props)}
    >
      <HowQuick {...props} />
      {undecided.length > 0 && (
        <div className="jp-nbq-muted">
          {trans.__('Not judged, as it differs from run to run:')}{' '}
          {undecided.map((each, index) => (
            <Fragment key={each}>
              {index > 0 && ', '}
              {cells.has(each) ? (
                <CellButton {...props} cell={each} />
              ) : (
                <code>{each}</code>
              )}
            </Fragment>
          ))}
        </div>
      )}
    </Box>
  );
}

function identicalWords(
  { isQuick, verdict: { cells, undecided } }: StateOf<'verdict'>,
  trans: TranslationBundle
): string {
  if (undecided.length > 0) {
    return trans._n(
      'Identical: %1 cell and its values, but for what is not judged.',
      'Identical: %1 cells and their values, but for what is not judged.',
      cells
    );
  }
  return isQuick
    ? trans._n(
        'Identical: %1 cell and its values.',
        'Identical: %1 cells and their values.',
        cells
      )
    : trans._n(
        'Identical: %1 cell and all values.',
        'Identical: %1 cells and all values.',
        cells
      );
}

function Different(
  props: IVerificationPartProps & { state: StateOf<'verdict'> }
): ReactElement {
  const { state, trans } = props;
  const { differences } = state.verdict;
  const more = differences.length - MOST;
  return (
    <Box
      role="error"
      icon={errorIcon}
      iconLabel={trans.__('Different')}
      title={trans.__('Results differ.')}
      more={more > 0 ? trans._n('And %1 more.', 'And %1 more.', more) : ''}
      actions={againActions(props)}
      isAlert
    >
      <HowQuick {...props} />
      <ul>
        {differences.slice(0, MOST).map(difference => (
          <li key={`${difference.cell} ${difference.name} ${difference.what}`}>
            {difference.cell !== null && (
              <>
                <CellButton {...props} cell={difference.cell} />{' '}
              </>
            )}
            <MessageText text={differenceWords(difference, trans)} />
            <BeforeAndAfter difference={difference} trans={trans} />
          </li>
        ))}
      </ul>
    </Box>
  );
}

/** What differs, and where in it. */
function differenceWords(
  { what, name, place, before }: Difference,
  trans: TranslationBundle
): string {
  switch (what) {
    case 'output':
      return place
        ? trans.__('shows something else, %1:', place)
        : trans.__('shows something else:');
    case 'error':
      return trans.__('raises something else:');
    case 'missing':
      return before
        ? trans.__('`%1` is there with the old code only:', name)
        : trans.__('`%1` is there with the new code only:', name);
    case 'value':
      return place
        ? trans.__('`%1` holds something else, %2:', name, place)
        : trans.__('`%1` holds something else:', name);
  }
}

function BeforeAndAfter(props: {
  difference: Difference;
  trans: TranslationBundle;
}): ReactElement {
  const { difference, trans } = props;
  const { before, after } = difference;
  const nothing = <i>{trans.__('nothing')}</i>;
  const told = (text: string): ReactElement =>
    text ? <code>{maskSecrets(text)}</code> : nothing;
  return (
    <dl className="jp-nbq-beforeafter">
      <dt>{trans.__('before')}</dt>
      <dd>{told(before)}</dd>
      <dt>{trans.__('after')}</dt>
      <dd>{told(after)}</dd>
    </dl>
  );
}

/** Neither the same nor different: nobody knows. */
function Unknown(
  props: IVerificationPartProps & {
    state: StateOf<'verdict' | 'failed'>;
    reason: string;
  }
): ReactElement {
  const { verification, state, reason, trans } = props;
  return (
    <Box
      role="warning"
      icon={warningIcon}
      iconLabel={trans.__('Warning')}
      title={trans.__('Not verified.')}
      text={reason}
      more={
        state.isQuick
          ? trans.__(
              'Results were not compared. Verify runs the notebook in separate kernels.'
            )
          : trans.__('Results were not compared.')
      }
      actions={
        state.isQuick
          ? againActions(props)
          : [[trans.__('Try again'), () => verification.start()]]
      }
    />
  );
}

/** What a quick check compared, where it was one. */
function HowQuick(
  props: IVerificationPartProps & { state: StateOf<'verdict'> }
): ReactElement | null {
  const { state, trans } = props;
  if (!state.isQuick) {
    return null;
  }
  return (
    <div className="jp-nbq-muted">
      {trans.__('Quick check, on what the kernel holds now.')}
      {state.stale.length > 0 && (
        <>
          {' '}
          {trans.__('Verify to be sure, as this is stale:')}{' '}
          {state.stale.map((cell, index) => (
            <Fragment key={cell}>
              {index > 0 && ', '}
              <CellButton {...props} cell={cell} />
            </Fragment>
          ))}
        </>
      )}
    </div>
  );
}

/** What can be asked for once something was told. */
function againActions({
  verification,
  state,
  trans
}: IVerificationPartProps & {
  state: StateOf<'verdict' | 'failed'>;
}): Action[] {
  return state.isQuick
    ? [
        ...quickAction(verification, trans.__('Check again')),
        [trans.__('Verify'), () => verification.start()]
      ]
    : [[trans.__('Verify again'), () => verification.start()]];
}

/** The button of a quick check, where there is one. */
function quickAction(verification: Verification, label: string): Action[] {
  const { quick } = verification;
  return quick
    ? [[label, () => verification.start('quick'), quick.obstacle]]
    : [];
}

function CellButton(
  props: IVerificationPartProps & { cell: string }
): ReactElement | null {
  const { cell, model, go, trans } = props;
  const name = cellReference(model, cell, trans);
  return (
    name && (
      <button
        type="button"
        className="jp-nbq-cellname"
        title={trans.__('Close this and go to the cell')}
        onClick={() => go(cell)}
      >
        {name.label}
      </button>
    )
  );
}

/** A button; with an obstacle it is disabled, and says why. */
type Action = [label: string, run: () => void, obstacle?: string];

/** A box with an icon, what it tells, and buttons. */
function Box(props: {
  role: 'neutral' | 'success' | 'warning' | 'error';
  icon: LabIcon;
  /** Where the icon tells something. */
  iconLabel?: string;
  title: string;
  text?: string;
  /** Quiet words below. */
  more?: string;
  actions: readonly Action[];
  isAlert?: boolean;
  children?: ReactNode;
}): ReactElement {
  const { role, icon, iconLabel, title, text, more, actions, isAlert } = props;
  return (
    <div
      className={`jp-nbq-verdict jp-nbq-mod-${role}`}
      role={isAlert ? 'alert' : undefined}
    >
      <span
        {...(iconLabel
          ? { role: 'img', 'aria-label': iconLabel }
          : { 'aria-hidden': true })}
      >
        <LabIcon.resolveReact
          icon={icon}
          className={`jp-nbq-icon jp-nbq-mod-${role === 'neutral' ? 'info' : role}`}
          tag="span"
        />
      </span>
      <div className="jp-nbq-grow">
        <b>{title}</b> {text && <MessageText text={text} />}
        {props.children}
        {more && <div className="jp-nbq-muted">{more}</div>}
      </div>
      {actions.map(([label, run, obstacle]) => (
        <button
          key={label}
          type="button"
          className="jp-nbq-act"
          // It keeps the focus when the kernel goes.
          aria-disabled={obstacle ? true : undefined}
          title={obstacle || undefined}
          onClick={obstacle ? undefined : run}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
