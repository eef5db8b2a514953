import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IQualitySettings, IQualityTracker } from '../tokens';
import { linksOf } from './links';

const NEEDED = 'jp-nbq-mod-needed';
const USER = 'jp-nbq-mod-user';

/**
 * Outlines what the active cell of the current notebook needs, and what needs it, at any remove, where that is wished.
 */
export class Highlight {
  constructor(
    private readonly _tracker: IQualityTracker,
    private readonly _settings: IQualitySettings
  ) {
    _tracker.activeCellChanged.connect(this._draw, this);
    _tracker.currentChanged.connect(this._follow, this);
    _settings.changed.connect(this._draw, this);
    this._follow();
  }

  private _follow(): void {
    const { model } = this._tracker;
    this._model?.changed.disconnect(this._draw, this);
    this._model = model;
    model?.changed.connect(this._draw, this);
    this._draw();
  }

  private _draw(): void {
    const { current, model, activeCellId } = this._tracker;
    if (this._drawn && this._drawn !== current) {
      mark(this._drawn, NOTHING, NOTHING);
      this._drawn = null;
    }
    const flow = model?.inspection?.flow;
    if (current && this._settings.highlight && flow && activeCellId !== null) {
      const links = linksOf(flow);
      mark(
        current,
        links.ancestors(activeCellId),
        links.descendants(activeCellId)
      );
      this._drawn = current;
    } else if (this._drawn) {
      mark(this._drawn, NOTHING, NOTHING);
      this._drawn = null;
    }
  }

  private _model: IQualityTracker['model'] = null;
  /** The notebook that has outlines. */
  private _drawn: NotebookPanel | null = null;
}

const NOTHING: ReadonlySet<string> = new Set();

function mark(
  panel: NotebookPanel,
  needed: ReadonlySet<string>,
  users: ReadonlySet<string>
): void {
  if (panel.isDisposed) {
    return;
  }
  for (const cell of panel.content.widgets) {
    cell.toggleClass(NEEDED, needed.has(cell.model.id));
    cell.toggleClass(USER, users.has(cell.model.id));
  }
}
