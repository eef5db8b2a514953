import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { WidgetTracker } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQualityModel, IQualityTracker } from '../../tokens';
import { freshStaleness } from '../freshStaleness';
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
      tab.toggleClass('jp-nbq-mod-down', area === 'down');
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
    const { tabs } = this._options;
    const model = await this._checked(panel);
    const tab = tabs.find(one => one.notebook.context === panel.context);
    if (tab) {
      this._giveSvg(panel, tab.graph, to);
      return;
    }
    const graph = new GraphModel(new PanelNotebook(panel, model));
    this._giveSvg(panel, graph, to);
    graph.dispose();
  }

  /** Gives the graph of a notebook, all cells of it, as the text of a Mermaid flowchart. */
  async exportMermaid(panel: NotebookPanel, to: Target): Promise<void> {
    const model = await this._checked(panel);
    const { snapshot, inspection } = model;
    if (snapshot && inspection?.supported) {
      const text = mermaidOf(snapshot, inspection.flow);
      this._give(text, to, 'text/plain', `${nameOf(panel)}-graph.mmd`);
    } else {
      this._sayUnknown(model);
    }
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

  private _giveSvg(panel: NotebookPanel, graph: GraphModel, to: Target): void {
    const { trans } = this._options;
    const { picture } = graph;
    const { model } = graph.notebook;
    if (!picture || !model.inspection?.supported) {
      this._sayUnknown(model);
      return;
    }
    const name = nameOf(panel);
    const text = svgOf(graph, picture, {
      title: trans.__('Graph: %1', name),
      palette: themePalette(),
      trans
    });
    this._give(text, to, 'image/svg+xml', `${name}-graph.svg`);
  }

  /** What is known of a notebook as it is now. */
  private async _checked(panel: NotebookPanel): Promise<IQualityModel> {
    const model = this._options.tracker.modelOf(panel);
    await freshStaleness(model);
    return model;
  }

  private _sayUnknown({ inspection }: IQualityModel): void {
    const { trans } = this._options;
    Notification.error(
      inspection && !inspection.supported
        ? trans.__('There is no graph: the notebook is not in Python.')
        : trans.__('There is no graph: the notebook could not be checked.')
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
