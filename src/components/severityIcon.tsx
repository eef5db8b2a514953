import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { errorIcon, infoIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { Severity } from '../api/types';
import { warningIcon } from './icons';

const ICONS: Record<Severity, LabIcon> = {
  error: errorIcon,
  warning: warningIcon,
  info: infoIcon
};

/** The icon of a severity, with its word for those who do not see it. */
export function SeverityIcon(props: {
  severity: Severity;
  trans: TranslationBundle;
}): ReactElement {
  const { severity, trans } = props;
  const label =
    severity === 'error'
      ? trans.__('Error')
      : severity === 'warning'
        ? trans.__('Warning')
        : trans.__('Information');
  const icon = ICONS[severity];
  return (
    <span
      className={`jp-nbq-icon jp-nbq-mod-${severity}`}
      role="img"
      aria-label={label}
      title={label}
    >
      <icon.react tag={null} />
    </span>
  );
}
