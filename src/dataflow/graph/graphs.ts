import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQualityTracker } from '../../tokens';
import { GraphTab, nameOf } from './graphTab';
import { mermaidOf } from './mermaid';
import { GraphModel } from './model';
import { themePalette } from './palette';
import { PanelNotebook } from './panelNotebook';
import { download } from './saving';
import { svgOf } from './svg';

/** What the graphs need of the world. */
export interface IGraphsOptions {
  readonly app: JupyterFrontEnd;
  readonly tracker: IQualityTracker;
  readonly tabs: WidgetTracker<GraphTab>;
  /** Where the tabs are put. */
  readonly area: string;
  readonly trans: TranslationBundle;
}

/** Where a text goes. */
export type Target = 'file' | 'clipboard';

/** The graphs of the notebooks that are open. */
export class Graphs {
  constructor(private readonly _options: IGraphsOptions) {}

  /**
   * Opens the graph of a notebook, or brings it to the front.
   *
   * @param options.cell - The cell that is shown and selected.
   * @param options.isQuiet - Whether what is in front stays there.
   */
  open(
    panel: NotebookPanel,
    options: { cell?: string | null; isQuiet?: boolean } = {}
  ): GraphTab {
    const { app, tabs, area } = this._options;
    const { cell = null, isQuiet = false } = options;
    let tab = tabs.find(one => one.notebook.context === panel.context);
    if (!tab) {
      tab = this._make(panel);
      app.shell.add(tab, area, {
        activate: false,
        ref: panel.id,
        mode: 'tab-after',
        type: 'Notebook Quality'
      });
    }
    if (cell !== null) {
      const index = this._options.tracker.modelOf(panel).cellIndex(cell);
      if (index >= 0) {
        panel.content.activeCellIndex = index;
        tab.graph.show(cell);
      }
    }
    if (!isQuiet) {
      app.shell.activateById(tab.id);
    }
    return tab;
  }

  /** Gives the graph of a notebook as a picture: as it is drawn in its tab, where there is one. */
  async exportSvg(panel: NotebookPanel, to: Target): Promise<void> {
    const { trans } = this._options;
    await this._withGraph(panel, graph => {
      const { picture } = graph;
      if (!picture) {
        this._sayUnknown(graph);
        return;
      }
      const name = nameOf(panel);
      const text = svgOf(graph, picture, {
        title: trans.__('Graph: %1', name),
        palette: themePalette(),
        trans
      });
      this._give(text, to, 'image/svg+xml', `${name}-graph.svg`);
    });
  }

  /** Gives the graph of a notebook, all cells of it, as the text of a Mermaid flowchart. */
  async exportMermaid(panel: NotebookPanel, to: Target): Promise<void> {
    await this._withGraph(panel, graph => {
      const { snapshot } = graph.notebook.model;
      const { flow } = graph;
      if (!snapshot || !flow) {
        this._sayUnknown(graph);
        return;
      }
      const text = mermaidOf(snapshot, flow);
      this._give(text, to, 'text/plain', `${nameOf(panel)}-graph.mmd`);
    });
  }

  private _make(panel: NotebookPanel): GraphTab {
    const { app, tracker, tabs, trans } = this._options;
    const tab = new GraphTab(panel, {
      tracker,
      commands: app.commands,
      activate: notebook => app.shell.activateById(notebook.id),
      trans
    });
    void tabs.add(tab);
    panel.context.pathChanged.connect(() => void tabs.save(tab), tab);
    return tab;
  }

  /** Calls back with the graph of a notebook, after a check where one is due. */
  private async _withGraph(
    panel: NotebookPanel,
    callback: (graph: GraphModel) => void
  ): Promise<void> {
    const { tracker, tabs } = this._options;
    const model = tracker.modelOf(panel);
    const watch = tracker.watch();
    try {
      await model.check();
    } finally {
      watch.dispose();
    }
    const tab = tabs.find(one => one.notebook.context === panel.context);
    if (tab) {
      callback(tab.graph);
      return;
    }
    const graph = new GraphModel(new PanelNotebook(panel, model));
    try {
      callback(graph);
    } finally {
      graph.dispose();
    }
  }

  private _sayUnknown(graph: GraphModel): void {
    const { trans } = this._options;
    const { error } = graph.notebook.model;
    Notification.error(
      error
        ? trans.__('The graph is not known: %1', error)
        : trans.__('The graph is not known: the notebook was not checked yet.')
    );
  }

  private _give(text: string, to: Target, type: string, name: string): void {
    const { trans } = this._options;
    if (to === 'file') {
      download(text, type, name);
    } else {
      Clipboard.copyToSystem(text);
      Notification.info(trans.__('Copied the graph.'), { autoClose: 3000 });
    }
  }
}
