import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon, runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { MouseEvent, ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';

import type { Worth } from '../api/types';
import type { IMenuEntry } from '../components/popupMenu';
import { popupMenu } from '../components/popupMenu';
import { Failure } from './failure';
import type { ITestItem } from './items';
import type { IRunning } from './results';
import { StatusIcon } from './statusIcon';
import type { IStanding } from './verdicts';
import {
  countedAs,
  differsSentence,
  engineSentence,
  fallBackSentence,
  runningWords,
  stateWord,
  timeWords,
  weakSentence
} from './words';

/** How often the time of a test that runs is drawn, in milliseconds. */
const TICK = 200;

/** What is done with the test of a row. */
export interface ITestHandlers {
  run(item: ITestItem): void;
  stop(): void;
  /** Runs what waits for the kernel beside what that runs; null where the kernel cannot. */
  readonly runMidway: (() => void) | null;
  /** Goes to its cell. */
  reveal(item: ITestItem, focus: boolean): void;
  /** Opens it, at a line where one is given. */
  edit(item: ITestItem, line?: number): void;
  menu(
    item: ITestItem,
    standing: IStanding
  ): readonly (readonly IMenuEntry[])[];
  /** Why it cannot run now; empty where it can. */
  obstacle(item: ITestItem): string;
}

export interface ITestRowProps {
  readonly item: ITestItem;
  readonly standing: IStanding;
  readonly running: IRunning | null;
  /** How little it notices, where that was found. */
  readonly weakness: Worth | null;
  /** It is in the active cell, and is marked so. */
  readonly isActive: boolean;
  readonly handlers: ITestHandlers;
  readonly trans: TranslationBundle;
}

/** A test: how it stands, what runs it, and what went wrong. */
export function TestRow(props: ITestRowProps): ReactElement {
  const { item, standing, running, isActive, handlers, trans } = props;
  const { title, name } = item.test;
  const more = useRef<HTMLButtonElement>(null);
  const obstacle = handlers.obstacle(item);
  const isWaiting = running !== null && running.phase !== 'running';
  const state = isWaiting
    ? trans.__('Waiting')
    : running
      ? trans.__('Running')
      : stateWord(standing, trans);
  const { verdict } = standing;
  const openMenu = (event: MouseEvent<HTMLElement>): void => {
    event.preventDefault();
    event.stopPropagation();
    // A menu that was asked for with a key is opened by that key.
    if (event.button === 2) {
      popupMenu(
        handlers.menu(item, standing),
        { x: event.clientX, y: event.clientY },
        () => more.current?.focus({ preventScroll: true })
      );
    }
  };
  return (
    <div
      role="listitem"
      className={`jp-nbq-testitem${isActive ? ' jp-nbq-mod-active' : ''}`}
      aria-current={isActive || undefined}
      data-nbq-row={item.key}
      onContextMenu={openMenu}
    >
      <div className="jp-nbq-row jp-nbq-test">
        <StatusIcon
          kind={
            isWaiting ? 'notRun' : running ? 'running' : countedAs(standing)
          }
          label={
            standing.isOutdated && !running
              ? trans.__('%1, outdated', state)
              : state
          }
        />
        <span className="jp-nbq-grow">
          <button
            type="button"
            className="jp-nbq-message"
            title={trans.__('Go to the cell of %1', name)}
            tabIndex={-1}
            onClick={event =>
              handlers.reveal(item, event.ctrlKey || event.metaKey)
            }
          >
            {title}
          </button>
        </span>
        <button
          ref={more}
          type="button"
          className="jp-nbq-iconbutton jp-nbq-test-more"
          aria-label={trans.__('Edit and other actions')}
          aria-haspopup="menu"
          title={trans.__('Edit and other actions')}
          tabIndex={-1}
          onClick={event =>
            popupMenu(handlers.menu(item, standing), event.currentTarget)
          }
        >
          <ellipsesIcon.react tag={null} />
        </button>
        <span
          className="jp-nbq-test-time"
          title={engineSentence(standing, trans) || undefined}
        >
          {running ? (
            <Clock running={running} trans={trans} />
          ) : (
            timeWords(standing, trans)
          )}
        </span>
        {running ? (
          <button
            type="button"
            className="jp-nbq-iconbutton"
            aria-label={trans.__('Stop the tests')}
            title={trans.__('Stop the tests')}
            tabIndex={-1}
            onClick={() => handlers.stop()}
          >
            <stopIcon.react tag={null} />
          </button>
        ) : (
          <button
            type="button"
            className="jp-nbq-iconbutton"
            aria-label={trans.__('Run test: %1', title)}
            title={obstacle || trans.__('Run this test')}
            disabled={obstacle !== ''}
            tabIndex={-1}
            onClick={() => handlers.run(item)}
          >
            <runIcon.react tag={null} />
          </button>
        )}
      </div>
      {running?.phase === 'kernel' && <Waiting {...props} />}
      {!running && <Notes {...props} />}
      {!running &&
        verdict &&
        standing.state === 'failed' &&
        !standing.isOutdated && (
          <Failure
            result={verdict.result}
            source={item.test.source}
            goTo={line => handlers.edit(item, line)}
            trans={trans}
          />
        )}
    </div>
  );
}

/** What is to be said of a test that waits for the kernel. */
function Waiting({ item, handlers, trans }: ITestRowProps): ReactElement {
  const { runMidway } = handlers;
  return runMidway && item.test.engine !== 'shared' ? (
    <div className="jp-nbq-test-note">
      {trans.__(
        'The kernel is busy. Now, the test would see what is done so far, half of it perhaps.'
      )}{' '}
      <button
        type="button"
        className="jp-nbq-act"
        tabIndex={-1}
        onClick={runMidway}
      >
        {trans.__('Run without waiting')}
      </button>
    </div>
  ) : (
    <div className="jp-nbq-test-note">
      {trans.__(
        'The kernel is busy, and cannot run a test meanwhile: the test waits.'
      )}
    </div>
  );
}

/** What is to be said of a verdict besides. */
function Notes(props: ITestRowProps): ReactElement | null {
  const { standing, weakness, trans } = props;
  const notes = [
    ...(standing.isOutdated ? [] : verdictNotes(standing, trans)),
    weakness ? weakSentence(weakness, trans) : ''
  ].filter(note => note !== '');
  return (
    <>
      {notes.map(note => (
        <div key={note} className="jp-nbq-test-note">
          {note}
        </div>
      ))}
    </>
  );
}

function verdictNotes(standing: IStanding, trans: TranslationBundle): string[] {
  const { verdict } = standing;
  if (!verdict) {
    return [];
  }
  const { cases, engine, status, message } = verdict.result;
  const failed = cases.filter(one => one.status !== 'passed').length;
  return [
    verdict.result.isMidway
      ? trans.__(
          'Ran while the kernel was busy: it saw what was done so far, half of it perhaps.'
        )
      : '',
    differsSentence(standing, trans),
    fallBackSentence(verdict.result, trans) ||
      (engine === 'clean' && !standing.differs
        ? trans.__('From a clean start.')
        : engine === 'shared'
          ? trans.__('In the kernel itself.')
          : ''),
    status === 'skipped' || standing.state === 'not-run' ? message : '',
    cases.length > 1
      ? failed > 0
        ? trans.__('%1 of %2 cases did not pass.', failed, cases.length)
        : trans._n('%1 case', '%1 cases', cases.length)
      : ''
  ];
}

/** How far a test is, drawn again and again. */
function Clock(props: {
  running: IRunning;
  trans: TranslationBundle;
}): ReactElement {
  const { running, trans } = props;
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), TICK);
    return () => window.clearInterval(timer);
  }, []);
  return <>{runningWords(running, now, trans)}</>;
}
