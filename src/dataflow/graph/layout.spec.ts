import type { IArrow } from './arrows';
import { labelOf, layOut } from './layout';
import type { IBox, ILayout } from './layout';

function arrow(source: string, target: string, ...names: string[]): IArrow {
  return {
    source,
    target,
    names: names.length > 0 ? names : ['x'],
    strength: 'certain'
  };
}

/** Cells `c0`, `c1` … where each needs up to three of those before, always the same ones. */
function manyArrows(count: number): { cells: string[]; arrows: IArrow[] } {
  const cells = Array.from({ length: count }, (_, place) => `c${place}`);
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const arrows = new Map<string, IArrow>();
  for (let target = 1; target < count; target++) {
    for (let one = 0; one < 3; one++) {
      const source =
        random(4) === 0 ? random(target) : Math.max(0, target - 1 - random(6));
      arrows.set(
        `${source} ${target}`,
        arrow(cells[source], cells[target], 'df', 'model')
      );
    }
  }
  return { cells, arrows: Array.from(arrows.values()) };
}

function overlap(one: IBox, other: IBox): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function overlaps(layout: ILayout): [string, string][] {
  const boxes = [
    ...layout.nodes.map(node => ({ ...node, what: node.cell })),
    ...layout.edges.flatMap(({ label, arrow: { source, target } }) =>
      label ? [{ ...label, what: `${source}-${target}` }] : []
    )
  ];
  return boxes.flatMap((one, place) =>
    boxes
      .slice(place + 1)
      .filter(other => overlap(one, other))
      .map((other): [string, string] => [one.what, other.what])
  );
}

describe('the layout', () => {
  it('has every cell once, in the order given, and arrows that go down', () => {
    const { cells, arrows } = manyArrows(60);
    const layout = layOut(cells, arrows, true);
    expect(layout.nodes.map(({ cell }) => cell)).toEqual(cells);
    expect(layout.edges).toHaveLength(arrows.length);
    const nodes = new Map(layout.nodes.map(node => [node.cell, node]));
    for (const { arrow: one, points } of layout.edges) {
      const source = nodes.get(one.source)!;
      const target = nodes.get(one.target)!;
      const [first] = points;
      const last = points[points.length - 1];
      expect(first.y).toBe(source.y + source.height);
      expect(first.x).toBeGreaterThan(source.x);
      expect(first.x).toBeLessThan(source.x + source.width);
      expect(last.y).toBe(target.y);
      expect(last.x).toBeGreaterThan(target.x);
      expect(last.x).toBeLessThan(target.x + target.width);
      const ys = points.map(({ y }) => y);
      expect(ys).toEqual([...ys].sort((a, b) => a - b));
    }
  });

  it.each([true, false])(
    'lets nothing overlap, with names: %s',
    (hasNames: boolean) => {
      const { cells, arrows } = manyArrows(80);
      expect(overlaps(layOut(cells, arrows, hasNames))).toEqual([]);
    }
  );

  it('holds all that it tells the size of', () => {
    const { cells, arrows } = manyArrows(40);
    const { nodes, edges, width, height } = layOut(cells, arrows, true);
    for (const box of [
      ...nodes,
      ...edges.flatMap(({ label }) => label ?? [])
    ]) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  });

  it('keeps a line with one cell in each layer upright', () => {
    const layout = layOut(
      ['a', 'b', 'c'],
      [arrow('a', 'b'), arrow('b', 'c')],
      true
    );
    const xs = layout.nodes.map(({ x }) => Math.round(x));
    expect(new Set(xs).size).toBe(1);
  });

  it('puts what nothing links below, side by side', () => {
    const layout = layOut(['a', 'b', 'c', 'd'], [arrow('b', 'd')], true);
    const [a, b, c, d] = layout.nodes;
    expect(a.y).toBe(c.y);
    expect(a.x).toBeLessThan(c.x);
    expect(a.y).toBeGreaterThan(d.y);
    expect(d.y).toBeGreaterThan(b.y);
  });

  it('stays narrow where one cell is used by many', () => {
    const cells = Array.from({ length: 60 }, (_, place) => `c${place}`);
    const layout = layOut(
      cells,
      cells.slice(1).map(cell => arrow('c0', cell)),
      true
    );
    expect(layout.width).toBeLessThan(3000);
  });

  it('is the same each time', () => {
    const { cells, arrows } = manyArrows(30);
    expect(layOut(cells, arrows, true)).toEqual(layOut(cells, arrows, true));
  });

  it('takes nothing', () => {
    expect(layOut([], [], true).nodes).toEqual([]);
  });

  it('does not keep a person waiting for as many cells as are drawn at once', () => {
    const { cells, arrows } = manyArrows(200);
    const before = performance.now();
    layOut(cells, arrows.slice(0, 600), true);
    // About half a second here; room for a machine that is slower, or busy.
    expect(performance.now() - before).toBeLessThan(6000);
  });
});

describe('the names on an arrow', () => {
  it('are three at most, and how many more there are', () => {
    expect(labelOf(['a', 'b', 'c'])).toBe('a, b, c');
    expect(labelOf(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c +2');
  });

  it('are cut where they are long', () => {
    expect(labelOf(['n'.repeat(60)])).toBe(`${'n'.repeat(23)}…`);
  });
});
