import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { lintActionsPlugin } from './lint/actionsPlugin';
import { commandsPlugin, editorPlugin, statusPlugin } from './lint/plugin';
import { settingsPlugin, trackerPlugin } from './notebook/plugin';
import { panelPlugin } from './panel/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  clientPlugin,
  trackerPlugin,
  lintActionsPlugin,
  editorPlugin,
  commandsPlugin,
  statusPlugin,
  panelPlugin
];

export default plugins;
