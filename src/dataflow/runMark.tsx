import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, editIcon, historyIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { cellReference } from '../components/cellNames';
import { notRunIcon } from '../components/icons';
import type { IPanelProps } from '../tokens';
import { plainText, reasonNote, rootReason } from './reasons';
import { stalenessOf } from './staleness';

/** How the result of a cell stands, an icon in its row; none where it is fresh, and where it is not known what ran. */
export function RunMark(props: {
  cell: string;
  /** It is what the last run stopped at. */
  hasFailed?: boolean;
  panel: IPanelProps;
  trans: TranslationBundle;
}): ReactElement | null {
  const { cell, hasFailed = false, panel, trans } = props;
  const { model } = panel;
  const cells = stalenessOf(model)?.cells;
  const known = cells?.get(cell);
  if (hasFailed) {
    return mark(closeIcon, 'error', trans.__('Failed'));
  }
  switch (known?.state) {
    case 'edited':
      return mark(editIcon, 'warning', trans.__('Edited since it ran'));
    case 'stale':
      return mark(
        historyIcon,
        'warning',
        plainText(
          reasonNote(rootReason(known.reasons[0], cells!), trans),
          id => cellReference(model, id, trans)?.label ?? trans.__('a cell')
        )
      );
    case 'not-run':
      return mark(notRunIcon, 'neutral', trans.__('Not run'));
    default:
      return null;
  }
}

function mark(
  icon: typeof editIcon,
  role: 'neutral' | 'warning' | 'error',
  label: string
): ReactElement {
  return (
    <span
      className={`jp-nbq-icon jp-nbq-mod-${role}`}
      role="img"
      aria-label={label}
      title={label}
    >
      <icon.react tag={null} />
    </span>
  );
}
