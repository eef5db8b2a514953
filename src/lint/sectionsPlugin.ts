import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPanelRegistry, IQualityTracker } from '../tokens';
// The panel may be open from the start.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerLint } from './sections/register';
import { ILintActions } from './tokens';

/**
 * Problems in the panel.
 */
export const lintSectionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:problems',
  description: 'Shows problems in the Notebook Quality panel.',
  autoStart: true,
  requires: [IPanelRegistry, IQualityTracker, ILintActions],
  optional: [ITranslator],
  activate: (
    _,
    registry: IPanelRegistry,
    tracker: IQualityTracker,
    actions: ILintActions,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    registerLint(registry, { tracker, actions, trans });
  }
};
