import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { settingsPlugin, trackerPlugin } from './notebook/plugin';
import { panelPlugin } from './panel/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  clientPlugin,
  trackerPlugin,
  panelPlugin
];

export default plugins;
