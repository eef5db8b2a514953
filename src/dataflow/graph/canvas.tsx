import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  FocusEvent,
  KeyboardEvent,
  PointerEvent,
  ReactElement,
  Ref
} from 'react';
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';

import { Drawing } from './drawing';
import type { IPoint } from './layout';
import type { GraphModel, IPicture } from './model';
import { GraphNode } from './node';
import type { INodeActions } from './node';
import { walk } from './walk';
import type { IStep } from './walk';
import { clampZoom, fittingZoom, openingZoom, zoomFor, zoomStep } from './zoom';

/** What the buttons of the toolbar do with the canvas. */
export interface ICanvasHandle {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  /** Puts the focus on the node that had it last, or the one that is selected. */
  focus(): void;
}

export interface ICanvasProps {
  readonly graph: GraphModel;
  readonly picture: IPicture;
  readonly actions: INodeActions;
  /** The name of the notebook. */
  readonly title: string;
  readonly handle: Ref<ICanvasHandle>;
  readonly onZoom: (zoom: number) => void;
  readonly trans: TranslationBundle;
}

/** Where the drawing is on the screen. */
interface IOrigin {
  readonly left: number;
  readonly top: number;
}

/**
 * The drawing, which can be scrolled and zoomed, with its nodes. It keeps its zoom, and a node that is in sight stays
 * where it is when the layout changes.
 */
export function Canvas(props: ICanvasProps): ReactElement {
  const { graph, picture, actions, title, handle, onZoom, trans } = props;
  const { layout } = picture;
  const viewport = useRef<HTMLDivElement>(null);
  const drawing = useRef<HTMLDivElement>(null);
  const origin = useRef<IOrigin>({ left: 0, top: 0 });
  const drawn = useRef(layout);
  const fixed = useRef<{ at: IPoint; point: IPoint } | null>(null);
  const [zoom, setZoom] = useState<number | null>(null);
  const scale = zoom ?? 1;
  const { step, go, onFocus, nodeOf } = useWalk(graph, picture, drawing);

  const remember = useCallback((): void => {
    const { left, top } = drawing.current!.getBoundingClientRect();
    origin.current = { left, top };
  }, []);

  /** Zooms so that what is at a point of the screen stays there. */
  const zoomTo = useCallback(
    (wanted: number, at?: IPoint): void => {
      const box = viewport.current!.getBoundingClientRect();
      const fixedAt = at ?? {
        x: box.left + box.width / 2,
        y: box.top + box.height / 2
      };
      const { left, top } = drawing.current!.getBoundingClientRect();
      fixed.current = {
        at: fixedAt,
        point: {
          x: (fixedAt.x - left) / scale,
          y: (fixedAt.y - top) / scale
        }
      };
      setZoom(clampZoom(wanted));
    },
    [scale]
  );

  // The first zoom, once it is known how much room there is: the graph may open in a tab that is not in front.
  useLayoutEffect(() => {
    const area = viewport.current!;
    const open = (): void => {
      if (area.clientWidth > 0) {
        observer.disconnect();
        setZoom(known => known ?? openingZoom(layout, area));
      }
    };
    const observer = new ResizeObserver(open);
    observer.observe(area);
    open();
    return () => observer.disconnect();
    // Once: later the zoom is the person's.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useLayoutEffect(() => {
    if (zoom === null) {
      return;
    }
    onZoom(zoom);
    const area = viewport.current!;
    if (fixed.current) {
      const { at, point } = fixed.current;
      fixed.current = null;
      const { left, top } = drawing.current!.getBoundingClientRect();
      area.scrollLeft += left + point.x * zoom - at.x;
      area.scrollTop += top + point.y * zoom - at.y;
    } else {
      nodeOf(graph.selected)?.scrollIntoView({
        block: 'center',
        inline: 'center'
      });
    }
    remember();
    // With each zoom, and not with each selection.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [zoom]);

  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = layout;
    const area = viewport.current!;
    if (before === layout || area.clientWidth === 0) {
      return;
    }
    const cell = anchorOf(before.nodes, layout.nodes, graph.selected);
    const was = before.nodes.find(node => node.cell === cell);
    const is = layout.nodes.find(node => node.cell === cell);
    if (was && is) {
      const { left, top } = drawing.current!.getBoundingClientRect();
      area.scrollLeft +=
        left + is.x * scale - (origin.current.left + was.x * scale);
      area.scrollTop +=
        top + is.y * scale - (origin.current.top + was.y * scale);
    }
    remember();
  }, [layout, scale, graph, remember]);

  // React listens to the wheel so that a page cannot keep it from zooming.
  useEffect(() => {
    const area = viewport.current!;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        zoomTo(zoomFor(scale, event), { x: event.clientX, y: event.clientY });
      }
    };
    area.addEventListener('wheel', onWheel, { passive: false });
    return () => area.removeEventListener('wheel', onWheel);
  }, [zoomTo, scale]);

  const controls: ICanvasHandle = {
    zoomIn: () => zoomTo(zoomStep(scale, 1)),
    zoomOut: () => zoomTo(zoomStep(scale, -1)),
    fit: () => zoomTo(fittingZoom(layout, viewport.current!)),
    focus: () => nodeOf(step.cell)?.focus()
  };
  useImperativeHandle(handle, () => controls);

  // The tab was opened before there was a node to focus.
  useEffect(() => {
    if (viewport.current?.closest('.jp-nbq-Graph') === document.activeElement) {
      nodeOf(step.cell)?.focus();
    }
    // Once.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const cell = (event.target as HTMLElement).closest<HTMLElement>(
      '[data-nbq-cell]'
    )?.dataset.nbqCell;
    if (event.key === '+' || event.key === '=') {
      controls.zoomIn();
    } else if (event.key === '-') {
      controls.zoomOut();
    } else if (event.key === '0') {
      controls.fit();
    } else if (event.key === 'Escape') {
      actions.leave();
    } else if (event.key === 'Enter' && cell !== undefined) {
      actions.open(cell);
    } else if (!event.shiftKey && cell !== undefined && go(event.key, cell)) {
      // It moved.
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const linked = graph.linked;
  const nodes = useMemo(
    () => new Map(layout.nodes.map(node => [node.cell, node])),
    [layout]
  );
  return (
    <div
      ref={viewport}
      className="jp-nbq-graph-canvas"
      onScroll={remember}
      onPointerDown={event => drag(event, viewport.current!)}
    >
      <div
        className="jp-nbq-graph-sizer"
        style={{ width: layout.width * scale, height: layout.height * scale }}
      >
        <div
          ref={drawing}
          className="jp-nbq-graph-drawing"
          role="group"
          aria-label={trans.__('Cells of %1 and what they need', title)}
          aria-description={trans.__(
            'Up leads to what a cell needs, Down to what uses it, Left and Right to those beside it, Page Up and Page Down through the notebook. Enter opens the cell, Escape returns to the notebook.'
          )}
          style={{
            width: layout.width,
            height: layout.height,
            transform: `scale(${scale})`
          }}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
        >
          <Drawing graph={graph} picture={picture} linked={linked} />
          {picture.cells.map(cell => (
            <GraphNode
              key={cell}
              graph={graph}
              cell={cell}
              box={nodes.get(cell)!}
              isTabStop={cell === step.cell}
              isLinked={linked.above.has(cell) || linked.below.has(cell)}
              actions={actions}
              trans={trans}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

/** Which node is the stop of the Tab key, and where the arrow keys lead from it. */
function useWalk(
  graph: GraphModel,
  picture: IPicture,
  drawing: { current: HTMLElement | null }
): {
  step: IStep;
  go: (key: string, from: string) => boolean;
  onFocus: (event: FocusEvent) => void;
  nodeOf: (cell: string | null) => HTMLElement | null;
} {
  const { cells, arrows, layout } = picture;
  const { selected } = graph;
  // A step counts until another cell is selected.
  const [at, setAt] = useState<(IStep & { selected: string | null }) | null>(
    null
  );
  const isThere = (cell: string | null): cell is string =>
    cell !== null && cells.includes(cell);
  const step: IStep =
    at && at.selected === selected && isThere(at.cell)
      ? at
      : {
          cell: isThere(selected) ? selected : (cells[0] ?? ''),
          siblings: null
        };
  const nodeOf = (cell: string | null): HTMLElement | null =>
    cell === null
      ? null
      : (drawing.current?.querySelector<HTMLElement>(
          `[data-nbq-cell="${CSS.escape(cell)}"]`
        ) ?? null);

  // What gets the focus otherwise, by a click or from the notebook, is where the keys go on from.
  const onFocus = ({ target }: FocusEvent): void => {
    const cell = (target as HTMLElement).dataset.nbqCell;
    if (cell !== undefined && cell !== step.cell) {
      setAt({ cell, siblings: null, selected });
    }
  };
  const go = (key: string, from: string): boolean => {
    const places = new Map(layout.nodes.map(node => [node.cell, node.x]));
    const next = walk(
      key,
      step.cell === from ? step : { cell: from, siblings: null },
      { cells, arrows, across: cell => places.get(cell)! }
    );
    if (next) {
      setAt({ ...next, selected });
      nodeOf(next.cell)?.focus();
    }
    return next !== null;
  };
  return { step, go, onFocus, nodeOf };
}

/** The node that is to stay where it is: the selected one, or the first that is in both layouts. */
function anchorOf(
  before: readonly { cell: string }[],
  now: readonly { cell: string }[],
  selected: string | null
): string | undefined {
  const known = new Set(before.map(({ cell }) => cell));
  const both = now.map(({ cell }) => cell).filter(cell => known.has(cell));
  return selected !== null && both.includes(selected) ? selected : both[0];
}

/** Scrolls while the pointer drags the ground. */
function drag(event: PointerEvent, area: HTMLElement): void {
  const isGround = !(event.target as HTMLElement).closest('button');
  if (!isGround || event.button !== 0 || event.pointerType === 'touch') {
    return;
  }
  const from = { x: event.clientX, y: event.clientY };
  const { scrollLeft, scrollTop } = area;
  const move = ({ clientX, clientY }: globalThis.PointerEvent): void => {
    area.scrollLeft = scrollLeft - (clientX - from.x);
    area.scrollTop = scrollTop - (clientY - from.y);
  };
  const end = (): void => {
    area.classList.remove('jp-nbq-mod-dragging');
    area.removeEventListener('pointermove', move);
    area.removeEventListener('pointerup', end);
    area.removeEventListener('pointercancel', end);
  };
  area.setPointerCapture(event.pointerId);
  area.classList.add('jp-nbq-mod-dragging');
  area.addEventListener('pointermove', move);
  area.addEventListener('pointerup', end);
  area.addEventListener('pointercancel', end);
}
