import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { graphIcon } from '../../components/icons';
import { IQualityTracker } from '../../tokens';
import { GraphCommandIDs } from './commandIds';
import type { GraphTab } from './graphTab';
import type { Graphs, Target } from './graphs';

/**
 * The graph of what cells need of each other, in the main area.
 */
export const graphPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:graph',
  description:
    'Draws what the cells of a notebook need of each other in the main area.',
  autoStart: true,
  requires: [IQualityTracker, INotebookTracker],
  optional: [ICommandPalette, ILabShell, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: IQualityTracker,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const tabs = new WidgetTracker<GraphTab>({ namespace: 'nbquality-graph' });
    let made: Promise<Graphs> | null = null;
    const graphs = (): Promise<Graphs> =>
      (made ??= import('./graphs').then(
        ({ Graphs }) =>
          new Graphs({
            app,
            tracker,
            tabs,
            // Notebook 7 has one document in its main area.
            area: labShell ? 'main' : 'down',
            trans
          })
      ));
    const panelOf = (path: unknown): NotebookPanel | null =>
      typeof path === 'string'
        ? (notebooks.find(({ context }) => context.path === path) ?? null)
        : tracker.current;
    const clickedCell = (): string | null => {
      const node = app.contextMenuHitTest(one =>
        one.classList.contains('jp-Cell')
      );
      const cell = tracker.current?.content.widgets.find(
        one => one.node === node
      );
      return cell?.model.type === 'code' ? cell.model.id : null;
    };

    commands.addCommand(GraphCommandIDs.open, {
      label: args =>
        args.clicked
          ? trans.__('Show in Graph')
          : trans.__('Show Dependency Graph'),
      caption: trans.__('Draw what the cells of the notebook need'),
      icon: args => (args.clicked ? undefined : graphIcon),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: { type: 'string' },
            clicked: { type: 'boolean' },
            isQuiet: { type: 'boolean' }
          },
          additionalProperties: false
        }
      },
      isEnabled: args => panelOf(args.path) !== null,
      execute: async args => {
        const panel = panelOf(args.path);
        // Before the menu is forgotten.
        const cell = args.clicked ? clickedCell() : null;
        if (panel) {
          (await graphs()).open(panel, { cell, isQuiet: !!args.isQuiet });
        }
      }
    });
    commands.addCommand(GraphCommandIDs.show, {
      label: trans.__('Show in graph'),
      caption: trans.__('Show the cell in the graph of the notebook'),
      describedBy: {
        args: {
          type: 'object',
          properties: { cell: { type: 'string' } },
          additionalProperties: false
        }
      },
      isEnabled: () =>
        tracker.current !== null && !tabs.has(shell.currentWidget!),
      execute: async args => {
        const panel = tracker.current;
        const { cell } = args as { cell?: unknown };
        if (panel) {
          (await graphs()).open(panel, {
            cell: typeof cell === 'string' ? cell : tracker.activeCellId
          });
        }
      }
    });
    const describedBy = {
      args: {
        type: 'object',
        properties: { to: { type: 'string', enum: ['file', 'clipboard'] } },
        additionalProperties: false
      }
    };
    const targetOf = (to: unknown): Target =>
      to === 'clipboard' ? 'clipboard' : 'file';
    commands.addCommand(GraphCommandIDs.exportSvg, {
      label: trans.__('Export Dependency Graph as SVG'),
      caption: trans.__('Save the graph of the notebook as a picture'),
      describedBy,
      isEnabled: () => tracker.current !== null,
      execute: async ({ to }) => {
        const panel = tracker.current;
        if (panel) {
          await (await graphs()).exportSvg(panel, targetOf(to));
        }
      }
    });
    commands.addCommand(GraphCommandIDs.exportMermaid, {
      label: trans.__('Export Dependency Graph as Mermaid'),
      caption: trans.__(
        'Save the graph of the notebook as the text of a flowchart'
      ),
      describedBy,
      isEnabled: () => tracker.current !== null,
      execute: async ({ to }) => {
        const panel = tracker.current;
        if (panel) {
          await (await graphs()).exportMermaid(panel, targetOf(to));
        }
      }
    });
    const { open, exportSvg, exportMermaid } = GraphCommandIDs;
    for (const command of [open, exportSvg, exportMermaid]) {
      palette?.addItem({ command, category: trans.__('Notebook Quality') });
    }

    // While a graph is in front, the panel shows its notebook.
    shell.currentChanged?.connect(() => {
      const { currentWidget } = shell;
      tracker.follow(tabs.find(tab => tab === currentWidget)?.notebook ?? null);
    });
    if (restorer) {
      void restorer.restore(tabs, {
        command: open,
        args: ({ path }) => ({ path, isQuiet: true }),
        name: ({ path }) => path,
        // Each graph belongs to a notebook that is open.
        when: notebooks.restored
      });
    }
  }
};
