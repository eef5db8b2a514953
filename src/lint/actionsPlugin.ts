import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RulePages } from '../components/rulePage';
import { IQualityClient, IQualitySettings } from '../tokens';
// What others require is provided at start.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { LintActions } from './actions';
import { ILintActions } from './tokens';

/**
 * What a person does about findings.
 */
export const lintActionsPlugin: JupyterFrontEndPlugin<ILintActions> = {
  id: 'jupyter-nbquality:lint-actions',
  description: 'Fixes, silences and explains findings.',
  autoStart: true,
  provides: ILintActions,
  requires: [IQualityClient, IQualitySettings],
  optional: [ILabShell, IRenderMimeRegistry, ITranslator],
  activate: (
    _: JupyterFrontEnd,
    client: IQualityClient,
    settings: IQualitySettings,
    labShell: ILabShell | null,
    rendermime: IRenderMimeRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const pages = new RulePages({ client, rendermime, labShell, trans });
    return new LintActions(settings, pages, trans);
  }
};
