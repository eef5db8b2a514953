import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type {
  INotebookModel,
  INotebookTracker,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Finding } from '../api/types';
import type { QualitySettings } from '../settings';
import type { IQualityClient, IQualityModel, IQualityTracker } from '../tokens';
import type { IFileChanger } from './applyPlan';
import { QualityModel } from './model';
import { spanOf } from './positions';
import { WritingWatch } from './writing';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** What the tracker needs of the world. */
export interface IQualityTrackerOptions {
  notebooks: INotebookTracker;
  client: IQualityClient;
  settings: QualitySettings;
  files: IFileChanger;
  trans: TranslationBundle;
}

/**
 * Keeps one model for each open document and follows the current notebook.
 */
export class QualityTracker implements IQualityTracker {
  constructor(private readonly _options: IQualityTrackerOptions) {
    const { notebooks } = _options;
    notebooks.forEach(panel => this._add(panel));
    notebooks.widgetAdded.connect((_, panel) => this._add(panel));
    notebooks.currentChanged.connect(this._onCurrentChanged, this);
    notebooks.activeCellChanged.connect(this._onActiveCellChanged, this);
    this._onCurrentChanged();
  }

  get current(): NotebookPanel | null {
    const panel = this._followed ?? this._options.notebooks.currentWidget;
    return panel && !panel.isDisposed ? panel : null;
  }

  get model(): IQualityModel | null {
    return this.current ? this.modelOf(this.current) : null;
  }

  get currentChanged(): ISignal<QualityTracker, void> {
    return this._currentChanged;
  }

  get activeCellChanged(): ISignal<QualityTracker, void> {
    return this._activeCellChanged;
  }

  get modelAdded(): ISignal<
    QualityTracker,
    { panel: NotebookPanel; model: IQualityModel }
  > {
    return this._modelAdded;
  }

  get activeCellId(): string | null {
    const panel = this.current;
    const cell = panel?.content.activeCell;
    if (!panel || !cell) {
      return null;
    }
    if (cell.model.type === 'code') {
      this._lastCode.set(panel, cell.model.id);
      return cell.model.id;
    }
    const last = this._lastCode.get(panel);
    return last && this.modelOf(panel).cellIndex(last) >= 0 ? last : null;
  }

  modelOf(panel: NotebookPanel): IQualityModel {
    return this._models.get(panel.context) ?? this._add(panel);
  }

  follow(panel: NotebookPanel | null): void {
    const before = this.current;
    this._followed?.disposed.disconnect(this._forgetFollowed, this);
    this._followed?.content.activeCellChanged.disconnect(
      this._onActiveCellChanged,
      this
    );
    // What was used last is followed anyhow.
    this._followed =
      panel === this._options.notebooks.currentWidget ? null : panel;
    this._followed?.disposed.connect(this._forgetFollowed, this);
    this._followed?.content.activeCellChanged.connect(
      this._onActiveCellChanged,
      this
    );
    if (this.current !== before) {
      this._onCurrentChanged();
    }
  }

  forEach(
    callback: (panel: NotebookPanel, model: IQualityModel) => void
  ): void {
    this._options.notebooks.forEach(panel => {
      callback(panel, this.modelOf(panel));
    });
  }

  /** Files beside the notebooks may have changed. */
  filesChanged(): void {
    for (const model of this._models.values()) {
      model.filesChanged();
    }
  }

  async reveal(
    panel: NotebookPanel,
    cellId: string,
    options: { range?: Finding['range']; focus?: boolean } = {}
  ): Promise<void> {
    const notebook = panel.content;
    const index = this.modelOf(panel).cellIndex(cellId);
    if (index < 0) {
      return;
    }
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    const cell = notebook.widgets[index];
    // Not `scrollToCell`: that takes the focus.
    await notebook.scrollToItem(index, 'smart').catch(() => undefined);
    // It may go before it is ready.
    await cell.ready.catch(() => undefined);
    if (cell.isDisposed) {
      return;
    }
    const { editor } = cell;
    if (options.range && editor) {
      const { start, end } = spanOf(
        cell.model.sharedModel.source,
        options.range
      );
      const from = editor.getPositionAt(start);
      const to = editor.getPositionAt(end);
      if (from && to) {
        editor.setSelection({ start: from, end: to });
        editor.revealSelection({ start: from, end: to });
      }
    }
    if (options.focus) {
      notebook.mode = 'edit';
      editor?.focus();
    }
  }

  watch(): IDisposable {
    this._watches++;
    this._activate();
    return new DisposableDelegate(() => {
      this._watches--;
      this._activate();
    });
  }

  private _add(panel: NotebookPanel): QualityModel {
    const { context } = panel;
    const views = this._views.get(context) ?? [];
    this._views.set(context, views);
    const watch = new WritingWatch(panel.content);
    views.push(watch);
    const known = this._models.get(context);
    const model = known ?? this._make(context);
    watch.changed.connect(() => model.refresh());
    watch.edited.connect(() => model.typed());
    panel.disposed.connect(() => {
      watch.dispose();
      views.splice(views.indexOf(watch), 1);
      if (views.length === 0) {
        this._forget(context);
      }
    });
    this._modelAdded.emit({ panel, model });
    this._activate();
    return model;
  }

  private _make(context: Context): QualityModel {
    const { client, settings, files, trans } = this._options;
    const model = new QualityModel({
      context,
      client,
      settings,
      files,
      trans,
      writing: () =>
        this._views.get(context)?.find(view => view.cell !== null)?.cell ?? null
    });
    this._models.set(context, model);
    return model;
  }

  private _forget(context: Context): void {
    this._models.get(context)?.dispose();
    this._models.delete(context);
    this._views.delete(context);
  }

  /** Checks run for the current notebook and for those in sight, while somebody looks at the results. */
  private _activate(): void {
    const looking = this._watches > 0;
    const inSight = new Set<Context>();
    this._options.notebooks.forEach(panel => {
      if (panel === this.current || panel.isVisible) {
        inSight.add(panel.context);
      }
    });
    for (const [context, model] of this._models) {
      model.isActive = looking && inSight.has(context);
    }
  }

  private _onCurrentChanged(): void {
    this._activate();
    this._currentChanged.emit();
    this._activeCellChanged.emit();
  }

  private _forgetFollowed(): void {
    this.follow(null);
  }

  private _onActiveCellChanged(): void {
    this._activeCellChanged.emit();
  }

  private _watches = 0;
  private _followed: NotebookPanel | null = null;
  private readonly _models = new Map<Context, QualityModel>();
  private readonly _views = new Map<Context, WritingWatch[]>();
  private readonly _lastCode = new WeakMap<NotebookPanel, string>();
  private _currentChanged = new Signal<QualityTracker, void>(this);
  private _activeCellChanged = new Signal<QualityTracker, void>(this);
  private _modelAdded = new Signal<
    QualityTracker,
    { panel: NotebookPanel; model: IQualityModel }
  >(this);
}
