import type { Cell } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { historyIcon } from '@jupyterlab/ui-components';

import { cellReference } from '../components/cellNames';
import type {
  IQualityModel,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
import type { ReasonPart } from './reasons';
import { plainText, reasonNote, rootReason } from './reasons';
import { stalenessOf } from './staleness';

const STALE = 'jp-nbq-mod-stale';
const EDITED = 'jp-nbq-mod-edited';

/** What a cell shows; cells in order show nothing. */
interface IMark {
  readonly kind: 'stale' | 'edited';
  /** Why, in few words. */
  readonly parts: readonly ReasonPart[];
  /** The same as text, with the names that cells have now. */
  readonly text: string;
}

/** What the marks need of the world. */
export interface IStaleMarksOptions {
  tracker: IQualityTracker;
  settings: IQualitySettings;
  trans: TranslationBundle;
}

/**
 * Marks the cells of one view of a notebook whose results would be others now: a strip at the editor, and a note below
 * the output of a stale one. Only cells whose mark changed are touched.
 */
export class StaleMarks {
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _model: IQualityModel,
    options: IStaleMarksOptions
  ) {
    this._tracker = options.tracker;
    this._settings = options.settings;
    this._trans = options.trans;
    // Kept, because a document that is closed has no model any more.
    this._cells = _panel.context.model.cells;
    _model.changed.connect(this._onChanged, this);
    this._settings.changed.connect(this._update, this);
    this._cells.changed.connect(this._onCells, this);
    _panel.disposed.connect(this._stop, this);
    this._onChanged();
  }

  private _stop(): void {
    this._model.changed.disconnect(this._onChanged, this);
    this._cells.changed.disconnect(this._onCells, this);
    this._settings.changed.disconnect(this._update, this);
    window.cancelAnimationFrame(this._frame);
  }

  private _onChanged(): void {
    if (this._model.inspection !== this._shown) {
      this._shown = this._model.inspection;
      this._update();
    }
  }

  /** Cells were added or moved, which gives them new widgets. */
  private _onCells(): void {
    if (this._marks.size > 0) {
      this._drawLater();
    }
  }

  private _drawLater(): void {
    if (this._frame === 0) {
      this._frame = window.requestAnimationFrame(() => {
        this._frame = 0;
        if (!this._panel.isDisposed) {
          this._draw();
        }
      });
    }
  }

  private _update(): void {
    const cells = this._settings.staleMarks
      ? stalenessOf(this._model)?.cells
      : null;
    const marks = new Map<string, IMark>();
    for (const { cell, state, reasons } of cells?.values() ?? []) {
      if (state === 'stale' || state === 'edited') {
        const parts = reasonNote(
          state === 'edited'
            ? { kind: 'edited', name: '', cell: null }
            : rootReason(reasons[0], cells!),
          this._trans
        );
        marks.set(cell, { kind: state, parts, text: this._textOf(parts) });
      }
    }
    this._marks = marks;
    this._draw();
  }

  /** Draws what changed, first where it is seen; after some milliseconds the rest waits for the next frame. */
  private _draw(): void {
    const end = performance.now() + MOST_MS;
    const { widgets } = this._panel.content;
    for (const cell of [
      ...widgets.filter(({ inViewport }) => inViewport),
      ...widgets.filter(({ inViewport }) => !inViewport)
    ]) {
      const mark = this._marks.get(cell.model.id) ?? null;
      const drawn = this._drawn.get(cell) ?? NOTHING;
      const hasNote = mark?.kind === 'stale' && hasOutput(cell);
      if (
        drawn.kind !== mark?.kind ||
        drawn.text !== mark?.text ||
        drawn.hasNote !== hasNote
      ) {
        this._drawn.set(cell, {
          kind: mark?.kind,
          text: mark?.text,
          hasNote
        });
        this._drawOn(cell, mark, hasNote);
        if (performance.now() > end) {
          this._drawLater();
          return;
        }
      }
    }
  }

  private _drawOn(cell: Cell, mark: IMark | null, hasNote: boolean): void {
    cell.toggleClass(STALE, mark?.kind === 'stale');
    cell.toggleClass(EDITED, mark?.kind === 'edited');
    cell.node.querySelector(':scope > .jp-nbq-note')?.remove();
    if (mark && hasNote) {
      cell.node.append(this._note(mark));
    }
    if (mark) {
      // The editor of a cell that is out of sight is made later.
      void cell.ready.then(() => this._drawStrip(cell));
    } else {
      this._drawStrip(cell);
    }
  }

  private _drawStrip(cell: Cell): void {
    const editor = cell.isDisposed ? null : cell.editorWidget?.node;
    const text = this._drawn.get(cell)?.text;
    let strip = editor?.querySelector<HTMLElement>(':scope > .jp-nbq-strip');
    if (text === undefined) {
      strip?.remove();
      return;
    }
    if (!strip) {
      strip = document.createElement('span');
      strip.className = 'jp-nbq-strip';
      strip.setAttribute('role', 'img');
      editor?.append(strip);
    }
    strip.title = text;
    strip.setAttribute('aria-label', text);
  }

  private _note(mark: IMark): HTMLElement {
    const note = document.createElement('div');
    note.className = 'jp-nbq-note';
    const icon = document.createElement('span');
    icon.className = 'jp-nbq-icon jp-nbq-mod-warning';
    icon.setAttribute('aria-hidden', 'true');
    icon.append(historyIcon.element({ tag: 'span' }));
    const words = document.createElement('span');
    words.append(...mark.parts.map(part => this._piece(part)));
    note.append(icon, words);
    return note;
  }

  private _piece(part: ReasonPart): Node | string {
    if (part.kind !== 'cell') {
      if (part.kind === 'words') {
        return part.text;
      }
      const code = document.createElement('code');
      code.textContent = part.text;
      return code;
    }
    const name = cellReference(this._model, part.id, this._trans);
    if (!name) {
      return this._trans.__('a cell');
    }
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'jp-nbq-cellname';
    // No stop between the cells; the panel has the same for the keyboard.
    button.tabIndex = -1;
    button.title = name.tooltip;
    button.textContent = name.label;
    button.addEventListener('click', event => {
      event.stopPropagation();
      void this._tracker.reveal(this._panel, part.id);
    });
    return button;
  }

  private _textOf(parts: readonly ReasonPart[]): string {
    return plainText(
      parts,
      id =>
        cellReference(this._model, id, this._trans)?.label ??
        this._trans.__('a cell')
    );
  }

  private readonly _cells: INotebookModel['cells'];
  private readonly _tracker: IQualityTracker;
  private readonly _settings: IQualitySettings;
  private readonly _trans: TranslationBundle;
  private _shown: IQualityModel['inspection'] = null;
  private _marks: ReadonlyMap<string, IMark> = new Map();
  private readonly _drawn = new WeakMap<Cell, IDrawn>();
  private _frame = 0;
}

/** What was drawn on a cell. */
interface IDrawn {
  readonly kind: IMark['kind'] | undefined;
  readonly text: string | undefined;
  readonly hasNote: boolean;
}

/** Milliseconds: how long drawing may keep a person who types waiting. */
const MOST_MS = 8;

const NOTHING: IDrawn = { kind: undefined, text: undefined, hasNote: false };

function hasOutput({ model }: Cell): boolean {
  return isCodeCellModel(model) && model.outputs.length > 0;
}
