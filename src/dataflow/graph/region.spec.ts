import { loopsOf, outlineOf } from './region';

function box(x: number, y: number, width = 10, height = 10) {
  return { x, y, width, height };
}

/** The area within loops; holes count less. */
function area(loops: readonly { x: number; y: number }[][]): number {
  return loops
    .flatMap(loop =>
      loop.map((point, place) => {
        const next = loop[(place + 1) % loop.length];
        return (point.x * next.y - next.x * point.y) / 2;
      })
    )
    .reduce((sum, part) => sum + part, 0);
}

describe('the outline of boxes', () => {
  it('of one has four corners', () => {
    expect(loopsOf([box(0, 0)])).toEqual([
      [
        { x: 10, y: 0 },
        { x: 10, y: 10 },
        { x: 0, y: 10 },
        { x: 0, y: 0 }
      ]
    ]);
  });

  it('of two that overlap is one, without what is inside', () => {
    const loops = loopsOf([box(0, 0), box(5, 5)]);
    expect(loops).toHaveLength(1);
    expect(loops[0]).toHaveLength(8);
    expect(area(loops)).toBe(175);
  });

  it('of two that touch is one', () => {
    const loops = loopsOf([box(0, 0), box(10, 0)]);
    expect(loops).toHaveLength(1);
    expect(loops[0]).toHaveLength(4);
  });

  it('of two apart are two', () => {
    expect(loopsOf([box(0, 0), box(30, 0)])).toHaveLength(2);
  });

  it('goes around a hole the other way', () => {
    const loops = loopsOf([
      box(0, 0, 30, 10),
      box(0, 20, 30, 10),
      box(0, 0, 10, 30),
      box(20, 0, 10, 30)
    ]);
    expect(loops).toHaveLength(2);
    expect(area(loops)).toBe(800);
  });

  it('covers what the boxes cover, whatever they are', () => {
    let seed = 3;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let round = 0; round < 50; round++) {
      const boxes = Array.from({ length: 8 }, () =>
        box(random(20), random(20), 1 + random(8), 1 + random(8))
      );
      let covered = 0;
      for (let x = 0; x < 30; x++) {
        for (let y = 0; y < 30; y++) {
          covered += Number(
            boxes.some(
              one =>
                one.x <= x &&
                x < one.x + one.width &&
                one.y <= y &&
                y < one.y + one.height
            )
          );
        }
      }
      expect(area(loopsOf(boxes))).toBe(covered);
    }
  });

  it('leaves no hole that no cell would fit in', () => {
    const frame = [
      box(0, 0, 300, 10),
      box(0, 40, 300, 10),
      box(0, 0, 10, 50),
      box(290, 0, 10, 50)
    ];
    expect(outlineOf(frame).match(/M/g)).toHaveLength(1);
    const large = frame.map(one => ({
      ...one,
      y: one.y * 3,
      height: one.height * 3
    }));
    expect(outlineOf(large).match(/M/g)).toHaveLength(2);
  });

  it('of nothing is nothing', () => {
    expect(outlineOf([])).toBe('');
  });
});
