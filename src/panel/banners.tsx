import type { TranslationBundle } from '@jupyterlab/translation';
import { infoIcon, kernelIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';

import { MessageText } from '../components/messageText';
import { SeverityIcon } from '../components/severityIcon';
import type { IQualityModel } from '../tokens';

/** The last check failed: why, and how old what is shown below is. */
export function CheckFailed(props: {
  model: IQualityModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const { checkedAt } = model;
  return (
    <Banner
      icon={<SeverityIcon severity="error" trans={trans} />}
      action={trans.__('Check again')}
      onAction={() => void model.check()}
    >
      <b>{trans.__('Could not check this notebook.')}</b>{' '}
      <MessageText text={model.error} />{' '}
      {checkedAt &&
        trans.__(
          'Results below are from %1.',
          checkedAt.toLocaleTimeString([], {
            hour: '2-digit',
            minute: '2-digit'
          })
        )}
    </Banner>
  );
}

/** Nothing can be run: what works nevertheless. */
export function NoKernel(props: {
  onStart: () => void;
  trans: TranslationBundle;
}): ReactElement {
  const { onStart, trans } = props;
  return (
    <Banner
      icon={
        <span className="jp-nbq-icon jp-nbq-mod-info" aria-hidden="true">
          <kernelIcon.react tag={null} />
        </span>
      }
      action={trans.__('Start kernel')}
      onAction={onStart}
    >
      {trans.__('No kernel is running. Problems and dependencies still work.')}
    </Banner>
  );
}

/** What could not be done in a check that otherwise went well. */
export function Notices(props: { notices: readonly string[] }): ReactElement {
  return (
    <>
      {props.notices.map(notice => (
        <Banner
          key={notice}
          icon={
            <span className="jp-nbq-icon jp-nbq-mod-info" aria-hidden="true">
              <infoIcon.react tag={null} />
            </span>
          }
        >
          <MessageText text={notice} />
        </Banner>
      ))}
    </>
  );
}

/** What the pressed count leaves in sight. */
export function FilterLine(props: {
  label: string;
  onClear: () => void;
  trans: TranslationBundle;
}): ReactElement {
  const { label, onClear, trans } = props;
  return (
    <Banner action={trans.__('Show all')} onAction={onClear}>
      {trans.__('Showing %1.', label)}
    </Banner>
  );
}

function Banner(props: {
  icon?: ReactElement;
  action?: string;
  onAction?: () => void;
  children: ReactNode;
}): ReactElement {
  const { icon, action, onAction, children } = props;
  return (
    <div className="jp-nbq-banner">
      {icon}
      <span className="jp-nbq-grow">{children}</span>
      {action && (
        <button type="button" className="jp-nbq-act" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}
