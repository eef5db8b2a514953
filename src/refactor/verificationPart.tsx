import type { TranslationBundle } from '@jupyterlab/translation';
import {
  LabIcon,
  errorIcon,
  infoIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';
import { Fragment, useEffect, useRef } from 'react';

import type { Difference, Notebook, Verdict, WorldEffect } from '../api/types';
import { cellReference } from '../components/cellNames';
import { effectWords } from '../components/effectWords';
import { verifiedIcon, warningIcon } from '../components/icons';
import { MessageText } from '../components/messageText';
import { durationWords, lastTimeWords } from '../components/runWords';
import { maskSecrets } from '../notebook/secretMask';
import type { IQualityModel } from '../tokens';
import type { Verification } from './verification';

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

/** Whether the changes were verified, and what came of it. */
export function VerificationPart(props: IVerificationPartProps): ReactElement {
  const { verification, trans } = props;
  const { state } = verification;
  const root = useRef<HTMLDivElement>(null);
  const isConsent = state.kind === 'consent' || state.kind === 'long';
  const phase = `${state.kind} ${verification.isAwaited}`;
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
      root.current?.querySelector<HTMLElement>(next)?.focus();
    }
  }, [phase, isConsent]);
  return (
    <div ref={root} aria-live="polite" className="jp-nbq-verification">
      {state.kind === 'none' ? (
        <Before {...props} />
      ) : state.kind === 'long' ? (
        <Long {...props} seconds={state.seconds} />
      ) : state.kind === 'running' ? (
        <Running {...props} share={state.share} label={state.label} />
      ) : state.kind === 'consent' ? (
        <Consent {...props} effects={state.effects} />
      ) : state.kind === 'failed' ? (
        <Unknown {...props} reason={state.message} />
      ) : state.verdict.state === 'identical' ? (
        <Identical {...props} verdict={state.verdict} />
      ) : state.verdict.state === 'differs' ? (
        <Different {...props} verdict={state.verdict} />
      ) : (
        <Unknown {...props} reason={state.verdict.reason} />
      )}
      {state.kind === 'running' && (
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
      text={trans.__(
        'Verify runs the notebook with the old and the new code, in separate kernels and a copy of its folder.'
      )}
      more={time ? trans.__('%1, %2.', count, time) : trans.__('%1.', count)}
      actions={[[trans.__('Verify'), () => verification.start()]]}
    />
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
  props: IVerificationPartProps & { share: number; label: string }
): ReactElement {
  const { verification, label, trans } = props;
  const { isAwaited } = verification;
  const stop: Action = [trans.__('Stop'), () => verification.stop()];
  return (
    <Box
      role="neutral"
      icon={refreshIcon}
      title={trans.__('Verifying.')}
      text={trans.__('%1…', label || trans.__('Starting a kernel'))}
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
  props: IVerificationPartProps & { verdict: Verdict }
): ReactElement {
  const { verification, verdict, snapshot, trans } = props;
  const { undecided } = verdict;
  const cells = new Set(snapshot.cells.map(({ id }) => id));
  return (
    <Box
      role="success"
      icon={verifiedIcon}
      iconLabel={trans.__('Verified')}
      title={trans._n(
        'Identical: %1 cell and all values.',
        'Identical: %1 cells and all values.',
        verdict.cells
      )}
      actions={[[trans.__('Verify again'), () => verification.start()]]}
    >
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

function Different(
  props: IVerificationPartProps & { verdict: Verdict }
): ReactElement {
  const { verification, verdict, trans } = props;
  const { differences } = verdict;
  const more = differences.length - MOST;
  return (
    <Box
      role="error"
      icon={errorIcon}
      iconLabel={trans.__('Different')}
      title={trans.__('Results differ.')}
      more={more > 0 ? trans._n('And %1 more.', 'And %1 more.', more) : ''}
      actions={[[trans.__('Verify again'), () => verification.start()]]}
      isAlert
    >
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
  props: IVerificationPartProps & { reason: string }
): ReactElement {
  const { verification, reason, trans } = props;
  return (
    <Box
      role="warning"
      icon={warningIcon}
      iconLabel={trans.__('Warning')}
      title={trans.__('Not verified.')}
      text={reason}
      more={trans.__('Results were not compared.')}
      actions={[[trans.__('Try again'), () => verification.start()]]}
    />
  );
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

type Action = [label: string, run: () => void];

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
      {actions.map(([label, run]) => (
        <button key={label} type="button" className="jp-nbq-act" onClick={run}>
          {label}
        </button>
      ))}
    </div>
  );
}
