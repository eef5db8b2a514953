import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { PathExt } from '@jupyterlab/coreutils';
import type { ReactElement } from 'react';

import { languageName } from '../components/language';
import { lacksKernel } from '../notebook/kernel';
import type { IQualityModel } from '../tokens';

export interface IHeaderProps {
  readonly notebook: NotebookPanel | null;
  readonly model: IQualityModel | null;
  readonly busy: boolean;
  readonly trans: TranslationBundle;
}

/** The file's name; beside it what is not as it should be, or nothing. */
export function Header(props: IHeaderProps): ReactElement {
  const { notebook, trans } = props;
  const path = notebook?.context.path ?? '';
  const name = path ? PathExt.basename(path) : trans.__('Notebook Quality');
  return (
    <div className="jp-nbq-header">
      <span
        className={`jp-nbq-icon${notebook ? ' jp-nbq-mod-notebook' : ' jp-nbq-mod-info'}`}
        aria-hidden="true"
      >
        <notebookIcon.react tag={null} />
      </span>
      <h2 className="jp-nbq-header-name" title={path || name}>
        {name}
      </h2>
      <span className="jp-nbq-header-state">{stateOf(props)}</span>
    </div>
  );
}

function stateOf(props: IHeaderProps): string {
  const { notebook, model, busy, trans } = props;
  if (!model) {
    return '';
  }
  if (busy) {
    return model.checkingCells > 0
      ? trans._n('checking %1 cell', 'checking %1 cells', model.checkingCells)
      : trans.__('checking');
  }
  if (model.status === 'failed') {
    return trans.__('check failed');
  }
  if (model.inspection && !model.inspection.supported) {
    return languageName(model.inspection.language);
  }
  return notebook && lacksKernel(notebook.sessionContext)
    ? trans.__('no kernel')
    : '';
}
