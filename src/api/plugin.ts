import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IQualityClient } from '../tokens';
import { QualityClient } from './client';

/**
 * Asks the server part.
 */
export const clientPlugin: JupyterFrontEndPlugin<IQualityClient> = {
  id: 'jupyter-nbquality:client',
  description: 'Asks the server part of Notebook Quality.',
  autoStart: true,
  provides: IQualityClient,
  activate: app => new QualityClient(app.serviceManager.serverSettings)
};
