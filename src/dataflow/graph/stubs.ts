import type { IBox, ILaidNode, ILayout, IPoint } from './layout';
import { labelOf } from './layout';
import { widthOf } from './text';

/** Pixels: how high a stub stands above its cell, how far from its right corner, and what it says. */
const HEIGHT = 22;
const INSET = 14;
const CHARACTER = 6.62;
const LABEL = { height: 14, padding: 3, gap: 4 } as const;

/** The end of an arrow from nowhere: names that a cell reads and no cell gives. */
export interface IStub {
  readonly cell: string;
  readonly names: readonly string[];
  readonly points: readonly IPoint[];
  readonly label: IBox & { readonly text: string };
}

/** Where the stubs stand: right above their cells, where no arrow has its names. */
export function stubsOf(
  layout: ILayout,
  missing: (cell: string) => readonly string[]
): IStub[] {
  return layout.nodes.flatMap(node => {
    const names = missing(node.cell);
    return names.length > 0 ? [stubOf(node, names)] : [];
  });
}

function stubOf(node: ILaidNode, names: readonly string[]): IStub {
  const x = node.x + node.width - INSET;
  const text = `${labelOf(names)}?`;
  const width = widthOf(text) * CHARACTER + 2 * LABEL.padding;
  return {
    cell: node.cell,
    names,
    points: [
      { x, y: node.y - HEIGHT },
      { x, y: node.y }
    ],
    label: {
      text,
      x: x - LABEL.gap - width,
      y: node.y - HEIGHT,
      width,
      height: LABEL.height
    }
  };
}
