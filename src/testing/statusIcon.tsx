import type { LabIcon } from '@jupyterlab/ui-components';
import {
  checkIcon,
  circleEmptyIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { ICounts } from './words';

/** The icon of each count of tests. */
export const COUNT_ICONS: Readonly<Record<keyof ICounts, LabIcon>> = {
  passed: checkIcon,
  failed: closeIcon,
  notRun: circleEmptyIcon
};

/** The colour role of each count of tests. */
export const COUNT_ROLES = {
  passed: 'success',
  failed: 'error',
  notRun: 'neutral'
} as const;

/** How a test stands, with its word for those who do not see it. */
export function StatusIcon(props: {
  kind: keyof ICounts | 'running';
  label: string;
}): ReactElement {
  const { kind, label } = props;
  if (kind === 'running') {
    return (
      <span
        className="jp-nbq-icon jp-nbq-spinner"
        role="img"
        aria-label={label}
        title={label}
      />
    );
  }
  const icon = COUNT_ICONS[kind];
  return (
    <span
      className={`jp-nbq-icon jp-nbq-mod-${COUNT_ROLES[kind]}`}
      role="img"
      aria-label={label}
      title={label}
    >
      <icon.react tag={null} />
    </span>
  );
}
