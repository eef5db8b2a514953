import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPanelRegistry, IQualityTracker } from '../tokens';
// The panel may be open from the start.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { registerDataflow } from './register';

/**
 * What cells need of each other, in the panel.
 */
export const dataflowSectionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:dependencies',
  description:
    'Shows what cells need of each other in the Notebook Quality panel.',
  autoStart: true,
  requires: [IPanelRegistry, IQualityTracker],
  optional: [ITranslator],
  activate: (
    _,
    registry: IPanelRegistry,
    tracker: IQualityTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    registerDataflow(registry, { tracker, trans });
  }
};
