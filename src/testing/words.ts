import type { TranslationBundle } from '@jupyterlab/translation';

import type { Worth } from '../api/types';
import type { IRunning } from './results';
import type { IStanding, ITestResult } from './verdicts';

/** How many tests stand how. Those whose result is outdated are not known to pass or to fail, and count as not run. */
export interface ICounts {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

/** Which count a test is part of. */
export function countedAs({ state, isOutdated }: IStanding): keyof ICounts {
  if (isOutdated || state === 'not-run' || state === 'skipped') {
    return 'notRun';
  }
  return state;
}

/** Counts tests. */
export function countStandings(standings: readonly IStanding[]): ICounts {
  const counts = { passed: 0, failed: 0, notRun: 0 };
  for (const standing of standings) {
    counts[countedAs(standing)]++;
  }
  return counts;
}

/** `5 passed, 1 failed, 2 not run`. */
export function countsWords(
  { passed, failed, notRun }: ICounts,
  trans: TranslationBundle
): string {
  return [
    passed > 0 ? trans._n('%1 passed', '%1 passed', passed) : '',
    failed > 0 ? trans._n('%1 failed', '%1 failed', failed) : '',
    notRun > 0 ? trans._n('%1 not run', '%1 not run', notRun) : ''
  ]
    .filter(words => words !== '')
    .join(', ');
}

/** How a test stands, in a word. */
export function stateWord(
  { state, verdict }: IStanding,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'passed':
      return trans.__('Passed');
    case 'skipped':
      return trans.__('Skipped');
    case 'not-run':
      return trans.__('Not run');
    case 'failed':
      switch (verdict?.result.status) {
        case 'timeout':
          return trans.__('Did not end');
        case 'died':
          return trans.__('Died');
        case 'blocked':
          return trans.__('Could not run');
        default:
          return trans.__('Failed');
      }
  }
}

/** What stands at the end of a test's row: how long it took, or why that says nothing. */
export function timeWords(
  standing: IStanding,
  trans: TranslationBundle
): string {
  const { state, verdict, isOutdated } = standing;
  if (!verdict || state === 'not-run') {
    return trans.__('not run');
  }
  if (isOutdated) {
    return trans.__('outdated');
  }
  return state === 'skipped'
    ? trans.__('skipped')
    : secondsWords(verdict.result.seconds, trans);
}

/** How far a test is that runs. */
export function runningWords(
  { phase, since, isClean }: IRunning,
  now: number,
  trans: TranslationBundle
): string {
  switch (phase) {
    case 'queued':
      return trans.__('waiting');
    case 'kernel':
      return trans.__('waiting for kernel');
    case 'running': {
      const time = secondsWords(Math.max(now - since, 0) / 1000, trans);
      return isClean ? trans.__('clean start, %1', time) : time;
    }
  }
}

function secondsWords(seconds: number, trans: TranslationBundle): string {
  return trans.__('%1 s', seconds.toFixed(seconds < 10 ? 2 : 1));
}

/** Where a verdict comes from, and whether it still holds, a sentence. */
export function engineSentence(
  { verdict, isOutdated, state }: IStanding,
  trans: TranslationBundle
): string {
  if (!verdict || state === 'not-run') {
    return '';
  }
  if (isOutdated) {
    return trans.__('It ran with other code than there is now.');
  }
  const { engine } = verdict.result;
  switch (engine) {
    case 'fork':
      return trans.__('Ran in a copy of the kernel.');
    case 'shared':
      return trans.__('Ran in the kernel itself.');
    case 'clean':
      return trans.__('Ran in a new kernel, after the cells that it needs.');
  }
}

/** Why a verdict is from a clean start, where the test was tried elsewhere before; empty where it was not. */
export function fallBackSentence(
  { fell_back: fate }: ITestResult,
  trans: TranslationBundle
): string {
  switch (fate) {
    case 'timeout':
      return trans.__(
        'From a clean start, as it did not end in a copy of the kernel.'
      );
    case 'died':
      return trans.__(
        'From a clean start, as it died in a copy of the kernel.'
      );
    default:
      return '';
  }
}

/** What the kernel and a clean start say differently; empty where they agree. */
export function differsSentence(
  { differs, verdict }: IStanding,
  trans: TranslationBundle
): string {
  if (!differs || !verdict) {
    return '';
  }
  if (differs === 'only-clean') {
    return trans.__('fails here, passes from a clean start');
  }
  const { message } = verdict.result;
  const missing = /name '(\w+)' is not defined/.exec(message)?.[1];
  const reason = missing ?? message.split('\n')[0];
  return reason
    ? trans.__('passes here, fails from a clean start: %1', reason)
    : trans.__('passes here, fails from a clean start');
}

/** How little a weak test notices, a sentence. */
export function weakSentence(worth: Worth, trans: TranslationBundle): string {
  return trans.__(
    'Weak: notices %1 of %2 small changes of its cell.',
    worth.killed,
    worth.mutants
  );
}

/** A failure as text, to be pasted somewhere. */
export function failureText(
  title: string,
  { message, expected, got, detail, output, cases }: ITestResult,
  trans: TranslationBundle
): string {
  return [
    title,
    message,
    expected && trans.__('Expected %1', expected),
    got && trans.__('Got %1', got),
    ...cases
      .filter(({ status }) => status !== 'passed')
      .filter(() => cases.length > 1)
      .map(({ name, message: why }) => `${name}: ${why}`),
    detail,
    output
  ]
    .filter(text => text !== '')
    .join('\n');
}
