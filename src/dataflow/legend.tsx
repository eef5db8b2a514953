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
  /** Whether a cell reads names that no cell above defines. */
  hasMissing: boolean;
  /** The order of the cells; null where there is none to choose. */
  order: 'notebook' | 'run' | null;
  onOrder: (order: 'notebook' | 'run') => void;
  /** Ends that stale cells run by themselves; null where they do not. */
  onAutoRun: (() => void) | null;
  trans: TranslationBundle;
}): ReactElement | null {
  const { active, isKnown, hasMissing, order, onOrder, onAutoRun, trans } =
    props;
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
      {hasMissing && (
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <circle className="jp-nbq-mod-dashed" cx="6" cy="6" r="3.5" />
          </svg>
          {trans.__('name not defined')}
        </span>
      )}
      {order && (
        <span>
          {order === 'run'
            ? trans.__('As the cells ran last.')
            : trans.__('As the notebook is written.')}
          <button
            type="button"
            className="jp-nbq-act"
            onClick={() => onOrder(order === 'run' ? 'notebook' : 'run')}
          >
            {order === 'run'
              ? trans.__('Show notebook order')
              : trans.__('Show run order')}
          </button>
        </span>
      )}
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
