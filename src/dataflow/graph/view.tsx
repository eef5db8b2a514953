import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';
import { useState } from 'react';

import type { ICanvasHandle } from './canvas';
import { Canvas } from './canvas';
import { GraphLegend } from './legend';
import type { GraphModel } from './model';
import { cellReference } from '../../components/cellNames';
import type { INodeActions } from './node';
import { NoGraph } from './states';
import type { IToolbarActions } from './toolbar';
import { GraphToolbar } from './toolbar';

/** What the view needs of the world. */
export interface IGraphViewOptions {
  readonly graph: GraphModel;
  /** The name of the notebook. */
  title(): string;
  readonly nodeActions: INodeActions;
  readonly exportMenu: IToolbarActions['exportMenu'];
  /** What runs the stale cells; null where nothing can now. */
  runStale(): (() => void) | null;
  /** Has the notebook looked at while the graph is seen. */
  watch(): { dispose(): void };
  readonly trans: TranslationBundle;
}

/** The graph of a notebook, with its toolbar. */
export class GraphView extends ReactWidget {
  constructor(private readonly _options: IGraphViewOptions) {
    super();
    this.addClass('jp-nbq-Graph');
    this.node.tabIndex = -1;
    _options.graph.changed.connect(this._onChanged, this);
  }

  override dispose(): void {
    this._look(false);
    this._options.graph.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look(this.isVisible);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look(true);
    this.update();
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this._look(false);
  }

  protected override onBeforeDetach(message: Message): void {
    this._look(false);
    super.onBeforeDetach(message);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (this._handle.current) {
      this._handle.current.focus();
    } else {
      this.node.focus();
    }
  }

  protected override render(): ReactElement {
    return <GraphContent {...this._options} handle={this._handle} />;
  }

  private _onChanged(): void {
    if (this.isVisible) {
      this.update();
    }
  }

  private _look(isSeen: boolean): void {
    if (isSeen) {
      this._watch ??= this._options.watch();
    } else {
      this._watch?.dispose();
      this._watch = null;
    }
  }

  private readonly _handle: { current: ICanvasHandle | null } = {
    current: null
  };
  private _watch: { dispose(): void } | null = null;
}

function GraphContent(
  props: IGraphViewOptions & { handle: { current: ICanvasHandle | null } }
): ReactElement {
  const { graph, handle, trans } = props;
  const [zoom, setZoom] = useState(1);
  const { model } = graph.notebook;
  const picture =
    model.status === 'missing' || model.inspection?.supported === false
      ? null
      : graph.picture;
  if (!picture || (picture.cells.length === 0 && graph.isWhole)) {
    return <NoGraph model={model} trans={trans} />;
  }
  return (
    <>
      <GraphToolbar
        graph={graph}
        zoom={zoom}
        actions={{
          zoomIn: () => handle.current?.zoomIn(),
          zoomOut: () => handle.current?.zoomOut(),
          fit: () => handle.current?.fit(),
          exportMenu: props.exportMenu,
          runStale: props.runStale()
        }}
        trans={trans}
      />
      <Notice {...props} />
      <div className="jp-nbq-graph-area">
        <Canvas
          graph={graph}
          picture={picture}
          actions={props.nodeActions}
          title={props.title()}
          handle={handle}
          onZoom={setZoom}
          trans={trans}
        />
        <GraphLegend graph={graph} picture={picture} trans={trans} />
      </div>
    </>
  );
}

/** What else is to be known: that cells are left out, that there is little to see, that a check failed. */
function Notice(
  props: Pick<IGraphViewOptions, 'graph' | 'trans'>
): ReactElement | null {
  const { graph, trans } = props;
  const words = noticeOf(graph, trans);
  return words === '' ? null : (
    <p className="jp-nbq-graph-notice" role="status">
      {words}
    </p>
  );
}

function noticeOf(graph: GraphModel, trans: TranslationBundle): string {
  const { choices } = graph;
  const picture = graph.picture!;
  const { left, back } = picture;
  const { model } = graph.notebook;
  if (model.status === 'failed') {
    return trans.__(
      'The last check failed, so the graph may be out of date: %1',
      model.error
    );
  }
  if (left > 0) {
    const near =
      graph.center === null ? null : cellReference(model, graph.center, trans);
    return near
      ? trans.__(
          'The %1 cells nearest to %2 are shown; %3 more would be too many to draw.',
          picture.cells.length,
          near.label,
          left
        )
      : trans.__(
          'The first %1 cells are shown; %2 more would be too many to draw.',
          picture.cells.length,
          left
        );
  }
  if (picture.cells.length === 0) {
    return choices.scope === 'stale'
      ? trans.__('No cell is stale.')
      : trans.__('No such cell.');
  }
  if (back > 0) {
    return trans._n(
      '%1 arrow leads back, to a cell that ran again, and is not drawn.',
      '%1 arrows lead back, to cells that ran again, and are not drawn.',
      back
    );
  }
  if (picture.cells.length === 1 && choices.scope === 'all') {
    return trans.__('There is one cell, so nothing depends on another.');
  }
  if (picture.arrows.length === 0 && choices.scope === 'all') {
    return trans.__('No cell needs another.');
  }
  return '';
}
