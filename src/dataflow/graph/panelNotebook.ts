import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';

import type { IQualityModel } from '../../tokens';
import type { IGraphNotebook } from './model';

/** A notebook that is open, as its graph sees it. */
export class PanelNotebook implements IGraphNotebook {
  constructor(
    readonly panel: NotebookPanel,
    readonly model: IQualityModel
  ) {}

  /** The active code cell; the last one while a cell of words is active. */
  get activeCellId(): string | null {
    const cell = this.panel.content.activeCell;
    if (cell?.model.type === 'code') {
      this._last = cell.model.id;
    }
    return this._last !== null && this.model.cellIndex(this._last) >= 0
      ? this._last
      : null;
  }

  get activeCellChanged(): ISignal<unknown, unknown> {
    return this.panel.content.activeCellChanged;
  }

  private _last: string | null = null;
}
