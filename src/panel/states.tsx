import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { infoIcon, notebookIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';

import { plugIcon } from '../components/icons';
import { languageName } from '../components/language';
import type { IQualityModel } from '../tokens';

/** Turns the server part on. */
const ENABLE = 'jupyter server extension enable jupyter_nbquality';
/** Brings both parts to one version. */
const UPGRADE = 'pip install --upgrade jupyter_nbquality';

/** No notebook is open. */
export function NoNotebook(props: {
  onOpen: (() => void) | null;
  trans: TranslationBundle;
}): ReactElement {
  const { onOpen, trans } = props;
  return (
    <EmptyState icon={notebookIcon} title={trans.__('No notebook is open')}>
      <p>
        {trans.__('Open a notebook and this panel follows it, cell by cell.')}
      </p>
      {onOpen && (
        <button type="button" className="jp-nbq-button" onClick={onOpen}>
          {trans.__('Open a notebook…')}
        </button>
      )}
    </EmptyState>
  );
}

/** The notebook is not a Python one. */
export function OtherLanguage(props: {
  language: string;
  onChange: () => void;
  trans: TranslationBundle;
}): ReactElement {
  const { language, onChange, trans } = props;
  return (
    <EmptyState icon={infoIcon} title={trans.__('Python notebooks only')}>
      <p>
        {trans.__(
          'This notebook uses the %1 kernel. Its code is not checked; that works for Python.',
          languageName(language)
        )}
      </p>
      <button type="button" className="jp-nbq-button" onClick={onChange}>
        {trans.__('Change kernel…')}
      </button>
    </EmptyState>
  );
}

/** The server part does not answer, or is of another version. */
export function ServerMissing(props: {
  model: IQualityModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const isOld = model.error === 'old';
  const command = isOld ? UPGRADE : ENABLE;
  return (
    <EmptyState
      icon={plugIcon}
      title={
        isOld
          ? trans.__('The server part is of another version')
          : trans.__('The server part is missing')
      }
    >
      <p>
        {isOld
          ? trans.__(
              'The panel and its server extension do not understand each other. Install one version of both, then restart JupyterLab.'
            )
          : trans.__(
              'The panel is installed, but its server extension does not answer. Enable it, then restart JupyterLab.'
            )}
      </p>
      <code className="jp-nbq-command">{command}</code>
      <div className="jp-nbq-buttons">
        <button
          type="button"
          className="jp-nbq-button"
          onClick={() => Clipboard.copyToSystem(command)}
        >
          {trans.__('Copy command')}
        </button>
        <button
          type="button"
          className="jp-nbq-button"
          onClick={() => void model.check()}
        >
          {trans.__('Try again')}
        </button>
      </div>
    </EmptyState>
  );
}

function EmptyState(props: {
  icon: LabIcon;
  title: string;
  children: ReactNode;
}): ReactElement {
  const { icon, title, children } = props;
  return (
    <div className="jp-nbq-empty" role="status">
      <span className="jp-nbq-empty-icon" aria-hidden="true">
        <icon.react tag={null} />
      </span>
      <h3>{title}</h3>
      {children}
    </div>
  );
}
