import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { QualitySettings } from '../settings';
import { IQualityClient, IQualitySettings, IQualityTracker } from '../tokens';
// What others require is provided at start.
/* eslint-disable jupyter/prefer-lazy-imports */
import { FileChanger } from './files';
import { QualityTracker } from './tracker';
/* eslint-enable jupyter/prefer-lazy-imports */

/** The plugin whose schema holds every setting. */
export const SETTINGS_ID = 'jupyter-nbquality:plugin';

/**
 * The user's settings, for the other plugins.
 */
export const settingsPlugin: JupyterFrontEndPlugin<IQualitySettings> = {
  id: SETTINGS_ID,
  description: 'Reads the settings of Notebook Quality.',
  autoStart: true,
  provides: IQualitySettings,
  optional: [ISettingRegistry],
  activate: (_, registry: ISettingRegistry | null) => {
    const settings = new QualitySettings();
    registry
      ?.load(SETTINGS_ID)
      .then(loaded => settings.connect(loaded))
      .catch((reason: unknown) => {
        console.error(
          'The settings of Notebook Quality cannot be read.',
          reason
        );
      });
    return settings;
  }
};

/**
 * Follows the open notebooks.
 */
export const trackerPlugin: JupyterFrontEndPlugin<IQualityTracker> = {
  id: 'jupyter-nbquality:tracker',
  description: 'Follows the quality of the open notebooks.',
  autoStart: true,
  provides: IQualityTracker,
  requires: [INotebookTracker, IQualityClient, IQualitySettings],
  optional: [IDocumentManager, ITranslator],
  activate: (
    _,
    notebooks: INotebookTracker,
    client: IQualityClient,
    settings: IQualitySettings,
    documents: IDocumentManager | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const tracker = new QualityTracker({
      notebooks,
      client,
      settings,
      files: new FileChanger(client, documents, trans),
      trans
    });
    // Modules that a notebook imports, and settings of the project: saved here, or meanwhile by another program.
    documents?.services.contents.fileChanged.connect((_sender, change) => {
      if (/\.(py|toml)$/.test(change.newValue?.path ?? '')) {
        tracker.filesChanged();
      }
    });
    window.addEventListener('focus', () => tracker.filesChanged());
    return tracker;
  }
};
