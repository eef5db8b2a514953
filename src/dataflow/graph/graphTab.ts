import { DOMUtils, MainAreaWidget } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { graphIcon } from '../../components/icons';
import { popupMenu } from '../../components/popupMenu';
import type { IQualityTracker } from '../../tokens';
import { cellEntries } from '../cellMenu';
import { CommandIDs } from '../commandIds';
import { GraphCommandIDs } from './commandIds';
import { GraphModel } from './model';
import { PanelNotebook } from './panelNotebook';
import { GraphView } from './view';

/** What a tab needs of the world. */
export interface IGraphTabOptions {
  readonly tracker: IQualityTracker;
  readonly commands: CommandRegistry;
  /** Brings a notebook to the front. */
  activate(panel: NotebookPanel): void;
  readonly trans: TranslationBundle;
}

/** The tab with the graph of a notebook; it closes with the notebook. */
export class GraphTab extends MainAreaWidget<GraphView> {
  constructor(
    readonly notebook: NotebookPanel,
    options: IGraphTabOptions
  ) {
    const { tracker, trans } = options;
    const graph = new GraphModel(
      new PanelNotebook(notebook, tracker.modelOf(notebook))
    );
    super({ content: viewOf(graph, notebook, options) });
    this.graph = graph;
    this._trans = trans;
    this.id = DOMUtils.createDomID();
    this.addClass('jp-nbq-GraphTab');
    this.title.icon = graphIcon;
    this.title.closable = true;
    // The graph has a toolbar of its own, which knows the keys of toolbars.
    this.toolbar.hide();
    this._name();
    notebook.context.pathChanged.connect(this._name, this);
    notebook.disposed.connect(() => this.dispose());
  }

  readonly graph: GraphModel;

  /** Of the notebook. */
  get path(): string {
    return this.notebook.context.path;
  }

  private _name(): void {
    const { path } = this.notebook.context;
    this.title.label = this._trans.__('Graph: %1', nameOf(this.notebook));
    this.title.caption = this._trans.__('What the cells of %1 need', path);
    this.content.update();
  }

  private readonly _trans: TranslationBundle;
}

/** The name of a notebook's file, without its ending. */
export function nameOf(panel: NotebookPanel): string {
  const { localPath } = panel.context;
  return PathExt.basename(localPath, PathExt.extname(localPath));
}

function viewOf(
  graph: GraphModel,
  panel: NotebookPanel,
  { tracker, commands, activate, trans }: IGraphTabOptions
): GraphView {
  const open = async (cell: string): Promise<void> => {
    activate(panel);
    await tracker.reveal(panel, cell, { focus: true });
  };
  const view = new GraphView({
    graph,
    title: () => nameOf(panel),
    nodeActions: {
      select: cell => void select(tracker, panel, cell),
      open: cell => void open(cell),
      leave: () => activate(panel),
      menu: (cell, event) => {
        const isPoint = event.button === 2;
        const node = event.currentTarget;
        popupMenu(
          cellEntries(cell, {
            panel: { notebook: panel },
            tracker: { reveal: (_, id) => open(id) },
            commands,
            trans
          }),
          isPoint ? { x: event.clientX, y: event.clientY } : node,
          () => node.focus({ preventScroll: true })
        );
      }
    },
    exportMenu: button => {
      const { exportSvg, exportMermaid } = GraphCommandIDs;
      const entry = (
        label: string,
        command: string,
        to: 'file' | 'clipboard'
      ): { label: string; run: () => Promise<unknown> } => ({
        label,
        run: () => commands.execute(command, { to })
      });
      popupMenu(
        [
          [
            entry(trans.__('Save as SVG'), exportSvg, 'file'),
            entry(trans.__('Save as Mermaid'), exportMermaid, 'file')
          ],
          [
            entry(trans.__('Copy as SVG'), exportSvg, 'clipboard'),
            entry(trans.__('Copy as Mermaid'), exportMermaid, 'clipboard')
          ]
        ],
        button
      );
    },
    runStale: () =>
      commands.hasCommand(CommandIDs.runStale) &&
      commands.isEnabled(CommandIDs.runStale)
        ? () => void commands.execute(CommandIDs.runStale)
        : null,
    watch: () => tracker.watch(),
    trans
  });
  return view;
}

/** Makes a cell the active one; a notebook that is not in sight is not scrolled. */
async function select(
  tracker: IQualityTracker,
  panel: NotebookPanel,
  cell: string
): Promise<void> {
  if (panel.isVisible) {
    await tracker.reveal(panel, cell);
    return;
  }
  const index = tracker.modelOf(panel).cellIndex(cell);
  if (index >= 0) {
    panel.content.activeCellIndex = index;
    panel.content.deselectAll();
  }
}
