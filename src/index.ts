import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { lintActionsPlugin } from './lint/actionsPlugin';
import { settingsPlugin, trackerPlugin } from './notebook/plugin';
import { panelPlugin } from './panel/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  clientPlugin,
  trackerPlugin,
  lintActionsPlugin,
  panelPlugin
];

export default plugins;
