import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { clientPlugin } from './api/plugin';
import { graphPlugin } from './dataflow/graph/plugin';
import {
  cellRunnerPlugin,
  dataflowSectionsPlugin,
  gatherPlugin,
  namesPlugin,
  runCommandsPlugin,
  staleMarksPlugin
} from './dataflow/plugin';
import { lintActionsPlugin } from './lint/actionsPlugin';
import { commandsPlugin, editorPlugin, statusPlugin } from './lint/plugin';
import { lintSectionsPlugin } from './lint/sectionsPlugin';
import { settingsPlugin, trackerPlugin } from './notebook/plugin';
import { panelPlugin, panelRegistryPlugin } from './panel/plugin';
import { refactorCardPlugin, refactorPlugin } from './refactor/plugin';
import {
  testCommandsPlugin,
  testMarksPlugin,
  testSectionsPlugin,
  testingPlugin
} from './testing/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  settingsPlugin,
  clientPlugin,
  trackerPlugin,
  lintActionsPlugin,
  editorPlugin,
  commandsPlugin,
  statusPlugin,
  panelRegistryPlugin,
  lintSectionsPlugin,
  cellRunnerPlugin,
  dataflowSectionsPlugin,
  staleMarksPlugin,
  runCommandsPlugin,
  namesPlugin,
  gatherPlugin,
  graphPlugin,
  refactorPlugin,
  refactorCardPlugin,
  testingPlugin,
  testSectionsPlugin,
  testMarksPlugin,
  testCommandsPlugin,
  panelPlugin
];

export default plugins;
