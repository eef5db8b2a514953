import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { lintActionsPlugin } from './lint/actionsPlugin';
import { editorPlugin } from './lint/plugin';
import { settingsPlugin, trackerPlugin } from './notebook/plugin';
import { panelPlugin } from './panel/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  clientPlugin,
  trackerPlugin,
  lintActionsPlugin,
  editorPlugin,
  panelPlugin
];

export default plugins;
