import type { TranslationBundle } from '@jupyterlab/translation';

import { cellName } from '../../components/cellNames';
import { oneLine } from './arrows';
import { NODE } from './layout';
import type { ILaidEdge, ILaidNode, IPoint } from './layout';
import { headPath, linePath, round } from './lines';
import type { GraphModel, IPicture } from './model';
import { isOnWay } from './model';
import { isKnown, stateWords } from './node';
import type { IPalette } from './palette';
import { boxesOf, outlineOf } from './region';
import { stubsOf } from './stubs';
import { cutToWidth, widthOf } from './text';

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** Pixels: from a node's edge to its text; a character of it. */
const PADDING = 10;
const CHARACTER = 7.3;

const DASHES = {
  certain: null,
  possible: '5 3',
  deletion: '1 3',
  missing: '4 3'
} as const;

type Attributes = Record<string, string | number | null>;

/**
 * The graph as an SVG document that stands alone: it loads nothing, holds no script, and its colours are those of the
 * theme now. Names and titles are set as text, so nothing in a notebook becomes markup.
 */
export function svgOf(
  graph: GraphModel,
  picture: IPicture,
  options: { title: string; palette: IPalette; trans: TranslationBundle }
): string {
  const { title, palette, trans } = options;
  const { layout } = picture;
  const { linked } = graph;
  const file = document.implementation.createDocument(NAMESPACE, 'svg', null);
  const add = (
    parent: Element,
    tag: string,
    attributes: Attributes,
    text?: string
  ): Element => {
    const element = file.createElementNS(NAMESPACE, tag);
    set(element, attributes);
    if (text !== undefined) {
      // No document of XML may hold some characters, however they are written.
      element.textContent = oneLine(text);
    }
    parent.append(element);
    return element;
  };

  const root = file.documentElement;
  set(root, {
    width: Math.ceil(layout.width),
    height: Math.ceil(layout.height),
    viewBox: `0 0 ${Math.ceil(layout.width)} ${Math.ceil(layout.height)}`,
    role: 'img',
    'font-family': palette.font,
    'font-size': 12
  });
  add(root, 'title', {}, title);
  add(root, 'rect', { width: '100%', height: '100%', fill: palette.ground });
  const region = outlineOf(boxesOf(layout, cell => graph.isStale(cell)));
  if (region) {
    add(root, 'path', {
      d: region,
      fill: palette.region,
      stroke: palette.warning,
      'stroke-dasharray': '4 3',
      'fill-rule': 'evenodd'
    });
  }
  const edges = [...layout.edges].sort(
    (one, other) =>
      Number(isOnWay(one.arrow, linked)) - Number(isOnWay(other.arrow, linked))
  );
  const stubs = stubsOf(layout, cell => graph.missing(cell));
  for (const { arrow, points } of edges) {
    addLine(arrow.names, points, arrow.strength, isOnWay(arrow, linked));
  }
  for (const { names, points } of stubs) {
    addLine(names, points, 'missing', false);
  }
  for (const { label } of [...edges, ...stubs]) {
    if (label) {
      addLabel(label);
    }
  }
  for (const node of layout.nodes) {
    addNode(node);
  }
  return `${new XMLSerializer().serializeToString(file)}\n`;

  function addLabel(label: NonNullable<ILaidEdge['label']>): void {
    add(root, 'rect', {
      x: round(label.x),
      y: round(label.y),
      width: round(label.width),
      height: round(label.height),
      fill: palette.ground
    });
    add(
      root,
      'text',
      {
        x: round(label.x + label.width / 2),
        y: round(label.y + label.height - 4),
        'text-anchor': 'middle',
        'font-size': 11,
        fill: palette.text
      },
      label.text
    );
  }

  function addLine(
    names: readonly string[],
    points: readonly IPoint[],
    kind: keyof typeof DASHES,
    isOn: boolean
  ): void {
    const color = isOn ? palette.linked : palette.line;
    const group = add(root, 'g', {});
    add(group, 'title', {}, names.join(', '));
    add(group, 'path', {
      d: linePath(points),
      fill: 'none',
      stroke: color,
      'stroke-width': isOn ? 2.2 : 1.2,
      'stroke-dasharray': DASHES[kind]
    });
    add(group, 'path', { d: headPath(points), fill: color });
  }

  function addNode({ cell, x, y }: ILaidNode): void {
    const name = cellName(graph.notebook.model, cell, trans);
    const state = stateWords(graph.stateOf(cell), trans);
    const isSelected = cell === graph.selected;
    const group = add(root, 'g', {
      transform: `translate(${round(x)} ${round(y)})`
    });
    add(group, 'title', {}, [name?.tooltip, state].filter(Boolean).join('; '));
    add(group, 'rect', {
      width: NODE.width,
      height: NODE.height,
      rx: 3,
      fill: palette.node,
      stroke: isSelected ? palette.linked : palette.border,
      'stroke-width': isSelected ? 2.5 : 1,
      'stroke-dasharray': isKnown(graph, cell) ? null : '4 3'
    });
    add(
      group,
      'text',
      {
        x: PADDING,
        y: 18,
        'font-weight': 700,
        fill: palette.text,
        'xml:space': 'preserve'
      },
      name?.label ?? ''
    );
    add(
      group,
      'text',
      {
        x: NODE.width - PADDING,
        y: 18,
        'text-anchor': 'end',
        'font-size': 11,
        fill: graph.isStale(cell) ? palette.text : palette.muted
      },
      state
    );
    const widest = Math.floor((NODE.width - 2 * PADDING) / CHARACTER);
    const line = cutToWidth(oneLine(name?.title ?? ''), widest);
    add(
      group,
      'text',
      {
        x: PADDING,
        y: 35,
        fill: palette.text,
        // Fonts differ from one computer to the next; a title stays in its box.
        textLength:
          widthOf(line) > widest - 2 ? NODE.width - 2 * PADDING : null,
        lengthAdjust: widthOf(line) > widest - 2 ? 'spacingAndGlyphs' : null
      },
      line
    );
  }
}

function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) {
      element.setAttribute(name, String(value));
    }
  }
}
