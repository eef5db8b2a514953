import type { ISessionContext } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, codeCheckIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { ReactElement } from 'react';

import { hasKernel, lacksKernel } from '../notebook/kernel';
import type {
  IPanelProps,
  IPanelRegistry,
  IQualityModel,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
import { cellSection } from './cellCard';
import type { PanelMemory } from './memory';
import { titleId } from './sections';
import type { IPanelCommands } from './view';
import { PanelView } from './view';

/** The panel's id in the application. */
export const PANEL_ID = 'jp-nbq-panel';

/** How long a check runs before it is shown, in milliseconds. */
const BUSY_AFTER = 400;

/** What the panel needs of the world. */
export interface IQualityPanelOptions {
  tracker: IQualityTracker;
  registry: IPanelRegistry;
  settings: IQualitySettings;
  memory: PanelMemory;
  commands: Pick<
    IPanelCommands,
    'openNotebook' | 'openSettings' | 'changeKernel' | 'startKernel'
  >;
  trans: TranslationBundle;
}

/**
 * The side panel. It follows the current notebook; while it is hidden it asks nothing and draws nothing.
 */
export class QualityPanel extends ReactWidget {
  constructor(private readonly _options: IQualityPanelOptions) {
    super();
    const { tracker, registry, settings, memory, trans } = _options;
    this.id = PANEL_ID;
    this.addClass('jp-nbq-Panel');
    this.title.icon = codeCheckIcon;
    this.title.caption = trans.__('Notebook Quality');
    this.node.setAttribute('role', 'complementary');
    this.node.setAttribute('aria-label', trans.__('Notebook Quality'));
    // A click on what is no button leaves the focus in the panel, for its keys.
    this.node.tabIndex = -1;

    this._cellSection = registry.addSection(
      cellSection(registry, tracker, trans)
    );
    tracker.currentChanged.connect(this._onCurrentChanged, this);
    tracker.activeCellChanged.connect(this._refresh, this);
    registry.changed.connect(this._refresh, this);
    settings.changed.connect(this._refresh, this);
    memory.changed.connect(this._refresh, this);
    this._onCurrentChanged();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._stopWatching();
    window.clearTimeout(this._busyTimer);
    this._cellSection.dispose();
    this._model?.changed.disconnect(this._onModelChanged, this);
    this._model?.context.pathChanged.disconnect(this._refresh, this);
    this._watchKernel(null);
    const { tracker, registry, settings, memory } = this._options;
    tracker.currentChanged.disconnect(this._onCurrentChanged, this);
    tracker.activeCellChanged.disconnect(this._refresh, this);
    registry.changed.disconnect(this._refresh, this);
    settings.changed.disconnect(this._refresh, this);
    memory.changed.disconnect(this._refresh, this);
    super.dispose();
  }

  /** Filters by a count and opens its section; null for no filter. */
  setFilter(id: string | null): void {
    this._filter = id;
    const { registry, memory } = this._options;
    const count = registry.counts.find(entry => entry.id === id);
    const section = registry.sections.find(
      entry => entry.id === count?.section
    );
    if (section && !memory.isOpen(section)) {
      memory.setOpen(section, true);
    }
    this._refresh();
  }

  protected override render(): ReactElement {
    const { tracker, registry, settings, memory, trans } = this._options;
    const { current: notebook } = tracker;
    const model = this._model;
    const panel: IPanelProps | null =
      notebook && model
        ? {
            notebook,
            model,
            activeCellId: tracker.activeCellId,
            filter: this._filter,
            busy: this._isBusy
          }
        : null;
    return (
      <PanelView
        panel={panel}
        registry={registry}
        settings={settings}
        memory={memory}
        commands={{
          ...this._options.commands,
          setFilter: id => this.setFilter(id),
          leave: () => notebook?.content.activate()
        }}
        trans={trans}
      />
    );
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._startWatching();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this.isVisible) {
      this._startWatching();
    }
  }

  protected override onBeforeHide(message: Message): void {
    this._stopWatching();
    super.onBeforeHide(message);
  }

  protected override onBeforeDetach(message: Message): void {
    this._stopWatching();
    super.onBeforeDetach(message);
  }

  /** The person opened the panel with a key or a command: the focus goes to its first section. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.focus();
    MessageLoop.sendMessage(this, Widget.Msg.UpdateRequest);
    void this.renderPromise?.then(() => {
      if (document.activeElement === this.node) {
        const [section] = this._options.registry.sections;
        document.getElementById(titleId(section))?.focus();
      }
    });
  }

  private _startWatching(): void {
    this._watch ??= this._options.tracker.watch();
    this.update();
  }

  private _stopWatching(): void {
    this._watch?.dispose();
    this._watch = null;
  }

  private _refresh(): void {
    if (this._watch) {
      this.update();
    }
  }

  private _onCurrentChanged(): void {
    const { model } = this._options.tracker;
    if (model !== this._model) {
      this._model?.changed.disconnect(this._onModelChanged, this);
      this._model?.context.pathChanged.disconnect(this._refresh, this);
      this._model = model;
      this._filter = null;
      // How long the other one has been checked says nothing of this one.
      this._endBusy();
      model?.changed.connect(this._onModelChanged, this);
      model?.context.pathChanged.connect(this._refresh, this);
      this._watchKernel(model?.context.sessionContext ?? null);
    }
    this._onModelChanged();
  }

  private _watchKernel(session: ISessionContext | null): void {
    this._session?.kernelChanged.disconnect(this._onKernelChanged, this);
    this._session?.statusChanged.disconnect(this._onKernelChanged, this);
    this._session = session;
    session?.kernelChanged.connect(this._onKernelChanged, this);
    session?.statusChanged.connect(this._onKernelChanged, this);
    this._kernelState = kernelState(session);
  }

  /** A kernel that is busy, then idle, is no news. */
  private _onKernelChanged(): void {
    const now = kernelState(this._session);
    if (now !== this._kernelState) {
      this._kernelState = now;
      this._refresh();
    }
  }

  private _onModelChanged(): void {
    if (this._model?.status !== 'checking') {
      this._endBusy();
    } else if (this._busyTimer === 0) {
      this._busyTimer = window.setTimeout(() => {
        this._isBusy = true;
        this._refresh();
      }, BUSY_AFTER);
    }
    this._refresh();
  }

  private _endBusy(): void {
    window.clearTimeout(this._busyTimer);
    this._busyTimer = 0;
    this._isBusy = false;
  }

  private _model: IQualityModel | null = null;
  private _session: ISessionContext | null = null;
  private _kernelState = '';
  private _filter: string | null = null;
  private _watch: { dispose(): void } | null = null;
  private _isBusy = false;
  private _busyTimer = 0;
  private readonly _cellSection: { dispose(): void };
}

/** What the panel shows of a kernel. */
function kernelState(session: ISessionContext | null): string {
  return session === null
    ? ''
    : `${hasKernel(session)} ${lacksKernel(session)}`;
}
