import type { Cell } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQualityModel } from '../tokens';
import { testedCells } from './items';
import { COUNT_ICONS, COUNT_ROLES } from './statusIcon';
import type { Testing } from './testing';
import type { ICounts } from './words';
import { countStandings, countedAs, countsWords } from './words';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** So many tests have a mark of their own. */
const MOST = 3;

/** The worst first. */
const ORDER: readonly (keyof ICounts)[] = ['failed', 'notRun', 'passed'];

/** What a cell shows of its tests. */
interface IMark {
  readonly kinds: readonly (keyof ICounts)[];
  /** How many more there are. */
  readonly more: number;
  readonly label: string;
}

/**
 * Marks under the prompts of one view of a notebook: how the tests of each cell stand. They take no room.
 */
export class TestMarks {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _model: IQualityModel,
    private readonly _testing: Testing,
    private readonly _trans: TranslationBundle
  ) {
    // Kept, because a document that is closed has no model any more.
    this._changed = _panel.context.model.sharedModel.changed;
    _model.changed.connect(this._schedule, this);
    _testing.results.changed.connect(this._onResults, this);
    this._changed.connect(this._schedule, this);
    _panel.disposed.connect(this._stop, this);
    this._schedule();
  }

  private _stop(): void {
    this._model.changed.disconnect(this._schedule, this);
    this._testing.results.changed.disconnect(this._onResults, this);
    this._changed.disconnect(this._schedule, this);
    window.cancelAnimationFrame(this._frame);
  }

  private _onResults(_: unknown, context: Context): void {
    if (context === this._panel.context) {
      this._schedule();
    }
  }

  /** Draws once, however much changes at a time. */
  private _schedule(): void {
    if (this._frame === 0) {
      this._frame = window.requestAnimationFrame(() => {
        this._frame = 0;
        if (!this._panel.isDisposed && !this._model.isDisposed) {
          this._draw();
        }
      });
    }
  }

  private _draw(): void {
    const marks = new Map(
      testedCells(this._panel.context)
        .filter(({ items }) => items.length > 0)
        .map(({ cell, items }) => {
          const standings = items.map(item =>
            this._testing.standing(this._model, item)
          );
          const kinds = standings
            .map(countedAs)
            .sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
          return [
            cell,
            {
              kinds: kinds.slice(0, MOST),
              more: Math.max(kinds.length - MOST, 0),
              label: this._trans.__(
                'Tests: %1',
                countsWords(countStandings(standings), this._trans)
              )
            }
          ];
        })
    );
    for (const cell of this._panel.content.widgets) {
      this._drawOn(cell, marks.get(cell.model.id) ?? null);
    }
  }

  private _drawOn(cell: Cell, mark: IMark | null): void {
    const area = cell.inputArea?.node;
    const said = mark && JSON.stringify(mark);
    let node = area?.querySelector<HTMLElement>(':scope > .jp-nbq-testmarks');
    if (!area || (node?.dataset.nbqSaid ?? null) === said) {
      return;
    }
    if (!mark) {
      node?.remove();
      return;
    }
    if (!node) {
      node = document.createElement('span');
      node.className = 'jp-nbq-testmarks';
      node.setAttribute('role', 'img');
      area.append(node);
    }
    node.dataset.nbqSaid = said!;
    node.title = mark.label;
    node.setAttribute('aria-label', mark.label);
    node.replaceChildren(
      ...mark.kinds.map(kind => {
        const icon = COUNT_ICONS[kind].element({ tag: 'span' });
        icon.className = `jp-nbq-icon jp-nbq-mod-${COUNT_ROLES[kind]}`;
        return icon;
      }),
      ...(mark.more > 0 ? [`+${mark.more}`] : [])
    );
  }

  private readonly _changed: INotebookModel['sharedModel']['changed'];
  private _frame = 0;
}
