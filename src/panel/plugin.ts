import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, SessionContextDialogs } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { codeCheckIcon } from '@jupyterlab/ui-components';

import { IPanelRegistry, IQualitySettings, IQualityTracker } from '../tokens';
import { PanelMemory } from './memory';
// The panel is there from the start: its tab is how it is opened.
// eslint-disable-next-line jupyter/prefer-lazy-imports
import { PANEL_ID, QualityPanel } from './panel';
import { PanelRegistry } from './registry';

/** Shows the panel. */
const OPEN_PANEL = 'nbquality:open-panel';

/** Commands of JupyterLab that ask for a file; the first that is there is used. */
const OPEN_FILE = ['filebrowser:open-path', 'filebrowser:activate'];

/** JupyterLab's settings editor. */
const OPEN_SETTINGS = 'settingeditor:open';

/**
 * Where features register what the panel shows of them.
 */
export const panelRegistryPlugin: JupyterFrontEndPlugin<IPanelRegistry> = {
  id: 'jupyter-nbquality:panel-registry',
  description: 'Takes the sections of the Notebook Quality panel.',
  autoStart: true,
  provides: IPanelRegistry,
  activate: () => new PanelRegistry()
};

/**
 * The side panel.
 */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:panel',
  description: 'Adds the Notebook Quality panel to the right sidebar.',
  autoStart: true,
  requires: [IPanelRegistry, IQualityTracker, IQualitySettings],
  optional: [ICommandPalette, ILayoutRestorer, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: IPanelRegistry,
    tracker: IQualityTracker,
    settings: IQualitySettings,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const dialogs = new SessionContextDialogs({
      translator: translator ?? nullTranslator
    });
    // Looked up when drawn: other extensions add their commands later.
    const command = (
      ids: readonly string[],
      args?: { query: string }
    ): (() => void) | null => {
      const id = ids.find(one => commands.hasCommand(one));
      return id === undefined ? null : () => void commands.execute(id, args);
    };
    const panel = new QualityPanel({
      tracker,
      registry,
      settings,
      memory: new PanelMemory(state),
      commands: {
        get openNotebook() {
          return command(OPEN_FILE);
        },
        get openSettings() {
          return command([OPEN_SETTINGS], { query: 'Notebook Quality' });
        },
        changeKernel: ({ notebook }) => {
          void dialogs.selectKernel(notebook.sessionContext);
        },
        startKernel: ({ notebook: { sessionContext } }) => {
          const isDead = Boolean(sessionContext.session?.kernel);
          void (
            isDead
              ? sessionContext.restartKernel()
              : sessionContext
                  .startKernel()
                  .then(mustSelect =>
                    mustSelect
                      ? dialogs.selectKernel(sessionContext)
                      : undefined
                  )
          ).catch((reason: unknown) => {
            console.warn('The kernel cannot be started.', reason);
          });
        }
      },
      trans
    });
    shell.add(panel, 'right', { rank: 1000, type: 'Notebook Quality' });
    restorer?.add(panel, PANEL_ID);

    commands.addCommand(OPEN_PANEL, {
      label: trans.__('Show Notebook Quality'),
      caption: trans.__(
        'Show the problems of the current notebook in the side panel'
      ),
      icon: codeCheckIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => shell.activateById(PANEL_ID)
    });
    palette?.addItem({
      command: OPEN_PANEL,
      category: trans.__('Notebook Quality')
    });
  }
};
