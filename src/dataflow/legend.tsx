import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon, historyIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { notRunIcon } from '../components/icons';

/** What the lines and icons of the dependencies mean. */
export function Legend(props: {
  /** The name of the active cell; empty where there is none. */
  active: string;
  /** Whether it is known what ran. */
  isKnown: boolean;
  /** Ends that stale cells run by themselves; null where they do not. */
  onAutoRun: (() => void) | null;
  trans: TranslationBundle;
}): ReactElement | null {
  const { active, isKnown, onAutoRun, trans } = props;
  const entries: [LabIcon, string][] = isKnown
    ? [
        [historyIcon, trans.__('stale')],
        [editIcon, trans.__('edited')],
        [notRunIcon, trans.__('not run')]
      ]
    : [];
  return (
    <p className="jp-nbq-legend">
      {active && (
        <span>
          <svg width="18" height="8" aria-hidden="true">
            <path d="M1 4h16" />
          </svg>
          {trans.__('linked to %1', active)}
        </span>
      )}
      {entries.map(([icon, words]) => (
        <span key={words}>
          <span className="jp-nbq-icon" aria-hidden="true">
            <icon.react tag={null} />
          </span>
          {words}
        </span>
      ))}
      {onAutoRun && (
        <span>
          {trans.__('Stale cells run after each run.')}
          <button type="button" className="jp-nbq-act" onClick={onAutoRun}>
            {trans.__('Turn off')}
          </button>
        </span>
      )}
    </p>
  );
}
