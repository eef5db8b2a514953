import { setDiagnostics } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { Finding } from '../../api/types';
import type {
  IQualityModel,
  IQualitySettings,
  IQualityTracker
} from '../../tokens';
import { diagnosticsOf } from './diagnostics';

/** How long one slice of drawing may take, in milliseconds: typing must not stutter. */
const SLICE = 8;

/** What was drawn in an editor last. */
interface IDrawn {
  /** The findings, and which of them were underlined. */
  readonly signature: string;
  readonly doc: Text;
}

/**
 * Draws the findings of cells as squiggles in their editors, as editors come and go and findings change.
 */
export class EditorMarks {
  constructor(
    tracker: IQualityTracker,
    private readonly _settings: IQualitySettings
  ) {
    tracker.forEach((panel, model) => this._follow(panel, model));
    tracker.modelAdded.connect((_, { panel, model }) =>
      this._follow(panel, model)
    );
    _settings.changed.connect(() => {
      for (const view of this._cells.keys()) {
        this._enqueue(view);
      }
    });
  }

  /** An editor was made for a cell. */
  add(view: EditorView, cell: ICellModel): void {
    this._cells.set(view, cell);
    this._enqueue(view);
  }

  /** An editor is gone. */
  remove(view: EditorView): void {
    this._cells.delete(view);
    this._queue.delete(view);
  }

  /** The notebook's model that an editor belongs to; null when it has none. */
  modelOf(view: EditorView): IQualityModel | null {
    const cell = this._cells.get(view);
    const notebook = cell?.sharedModel.notebook;
    return (notebook && this._models.get(notebook)) ?? null;
  }

  private _follow(panel: NotebookPanel, model: IQualityModel): void {
    const notebook = panel.context.model.sharedModel;
    if (this._models.get(notebook) === model) {
      return;
    }
    this._models.set(notebook, model);
    model.changed.connect(() => this._onModelChanged(model));
    this._onModelChanged(model);
  }

  private _onModelChanged(model: IQualityModel): void {
    if (this._known.get(model) === model.findings) {
      return;
    }
    this._known.set(model, model.findings);
    const notebook = model.context.model.sharedModel;
    const byCell = new Map<string, Finding[]>();
    for (const finding of model.findings) {
      if (finding.cell !== null && finding.range !== null) {
        byCell.set(finding.cell, [
          ...(byCell.get(finding.cell) ?? []),
          finding
        ]);
      }
    }
    const before = this._byCell.get(model);
    this._byCell.set(model, byCell);
    for (const [view, cell] of this._cells) {
      if (cell.sharedModel.notebook === notebook) {
        const findings = byCell.get(cell.id);
        const drawn = this._drawn.get(view);
        if (
          !areSame(findings, before?.get(cell.id)) ||
          (drawn ? drawn.doc !== view.state.doc : findings !== undefined)
        ) {
          this._enqueue(view);
        }
      }
    }
  }

  private _enqueue(view: EditorView): void {
    this._queue.add(view);
    if (!this._frame) {
      this._frame = requestAnimationFrame(() => this._drawSome());
    }
  }

  private _drawSome(): void {
    this._frame = 0;
    const end = performance.now() + SLICE;
    // Where a person writes comes first.
    const views = Array.from(this._queue).sort(
      (one, other) => Number(other.hasFocus) - Number(one.hasFocus)
    );
    for (const view of views) {
      this._queue.delete(view);
      this._draw(view);
      if (performance.now() > end) {
        break;
      }
    }
    if (this._queue.size > 0) {
      this._frame = requestAnimationFrame(() => this._drawSome());
    }
  }

  private _draw(view: EditorView): void {
    const cell = this._cells.get(view);
    const model = this.modelOf(view);
    const checked = model?.snapshot?.cells.find(({ id }) => id === cell?.id);
    if (!cell || !model || !checked) {
      return;
    }
    const findings = this._byCell.get(model)?.get(cell.id) ?? [];
    const { doc } = view.state;
    const { underline } = this._settings;
    const signature = JSON.stringify([
      underline,
      findings.map(({ id, severity, range }) => [id, severity, range])
    ]);
    const drawn = this._drawn.get(view);
    if (drawn?.signature === signature && drawn.doc === doc) {
      return;
    }
    if (!drawn && findings.length === 0) {
      return;
    }
    const diagnostics = diagnosticsOf(findings, checked.source, doc, underline);
    if (diagnostics) {
      view.dispatch(setDiagnostics(view.state, diagnostics));
      this._drawn.set(view, { signature, doc });
    }
  }

  private readonly _models = new WeakMap<object, IQualityModel>();
  private readonly _known = new WeakMap<IQualityModel, readonly Finding[]>();
  private readonly _byCell = new WeakMap<
    IQualityModel,
    Map<string, Finding[]>
  >();
  private readonly _cells = new Map<EditorView, ICellModel>();
  private readonly _drawn = new WeakMap<EditorView, IDrawn>();
  private readonly _queue = new Set<EditorView>();
  private _frame = 0;
}

/** Whether two lists hold the same objects. */
function areSame(
  one: readonly Finding[] | undefined,
  other: readonly Finding[] | undefined
): boolean {
  return (
    one?.length === other?.length &&
    (one ?? []).every((finding, index) => finding === other![index])
  );
}
