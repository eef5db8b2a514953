import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';

import { maskSecrets } from '../notebook/secretMask';
import type { ITestResult } from './verdicts';

/** So many lines of a failure are shown before the rest is asked for. */
const FIRST_LINES = 8;

export interface IFailureProps {
  readonly result: ITestResult;
  /** The code of the test. */
  readonly source: string;
  /** Opens the test at the line that failed. */
  readonly goTo: (line: number) => void;
  readonly trans: TranslationBundle;
}

/** What went wrong in a test: the assertion, what was expected and what was there. */
export function Failure(props: IFailureProps): ReactElement {
  const { result, source, goTo, trans } = props;
  const [isOpen, setOpen] = useState(false);
  const { expected, got, line } = result;
  const all = linesOf(result, trans);
  const first = firstLines(result, source);
  const room = FIRST_LINES - (expected ? 1 : 0) - (got ? 1 : 0);
  const rest = all.length > 0 || first.length > room;
  const shown = isOpen ? first : first.slice(0, room);
  return (
    <div className="jp-nbq-fail">
      {shown.map((text, index) => (
        <div key={index}>{maskSecrets(text) || '\u00a0'}</div>
      ))}
      {expected && (
        <Value label={trans.__('Expected')} text={expected} isOpen={isOpen} />
      )}
      {got && <Value label={trans.__('Got')} text={got} isOpen={isOpen} />}
      {isOpen &&
        all.map((text, index) => (
          <div key={`rest ${index}`} className="jp-nbq-fail-rest">
            {maskSecrets(text) || '\u00a0'}
          </div>
        ))}
      <div className="jp-nbq-fail-actions">
        {line >= 0 && (
          <button
            type="button"
            className="jp-nbq-act"
            tabIndex={-1}
            title={trans.__('Open the test at the line that failed')}
            onClick={() => goTo(line)}
          >
            {trans.__('Line %1 of the test', line + 1)}
          </button>
        )}
        {rest && (
          <button
            type="button"
            className="jp-nbq-act"
            tabIndex={-1}
            aria-expanded={isOpen}
            title={trans.__(
              'The whole message, the traceback and what was printed'
            )}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? trans.__('Show less') : trans.__('Show all')}
          </button>
        )}
      </div>
    </div>
  );
}

function Value(props: {
  label: string;
  text: string;
  isOpen: boolean;
}): ReactElement {
  const { label, text, isOpen } = props;
  const masked = maskSecrets(text);
  const [first] = masked.split('\n');
  return (
    <div className="jp-nbq-fail-value">
      <span className="jp-nbq-fail-label">{label}</span>
      <span>{isOpen ? masked : masked === first ? first : `${first} …`}</span>
    </div>
  );
}

/** The line that failed as it is written, and what it came to where that is not told by its two sides. */
function firstLines(
  { status, line, message, expected, got }: ITestResult,
  source: string
): string[] {
  const told = message === '' ? [] : message.split('\n');
  const written = source.split('\n')[line]?.trim() ?? '';
  if (status !== 'failed' || written === '' || told[0] === written) {
    return told;
  }
  return expected && got ? [written, ...told.slice(1)] : [written, ...told];
}

/** What is told beyond the first lines. */
function linesOf(
  { cases, detail, output }: ITestResult,
  trans: TranslationBundle
): string[] {
  const failed = cases.filter(({ status }) => status !== 'passed');
  return [
    ...(cases.length > 1
      ? failed.map(({ name, message }) => `${name}: ${message.split('\n')[0]}`)
      : []),
    ...(detail ? ['', ...detail.split('\n')] : []),
    ...(output ? ['', trans.__('Printed:'), ...output.split('\n')] : [])
  ];
}
