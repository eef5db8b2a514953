import { layersOf } from './layers';

function edges(...texts: string[]): { source: string; target: string }[] {
  return texts.map(text => ({ source: text[0], target: text[1] }));
}

describe('layers', () => {
  it('puts a cell below all that it needs', () => {
    const layers = layersOf(['a', 'b', 'c'], edges('ab', 'bc', 'ac'), 5);
    expect(Object.fromEntries(layers)).toEqual({ a: 0, b: 1, c: 2 });
  });

  it('brings a cell that needs nothing near to what needs it', () => {
    const layers = layersOf(['a', 'b', 'c', 'd'], edges('ab', 'bd', 'cd'), 5);
    expect(layers.get('c')).toBe(1);
  });

  it('keeps layers narrow', () => {
    const cells = Array.from('abcdefghijkl');
    const layers = layersOf(
      cells,
      cells.slice(1).map(target => ({ source: 'a', target })),
      3
    );
    const counts = new Map<number, number>();
    for (const layer of layers.values()) {
      counts.set(layer, (counts.get(layer) ?? 0) + 1);
    }
    expect(Array.from(counts.values())).toEqual([1, 3, 3, 3, 2]);
  });

  it('leaves no layer empty', () => {
    const layers = layersOf(
      Array.from('abcde'),
      edges('ae', 'bc', 'cd', 'de'),
      1
    );
    expect(new Set(layers.values())).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('ignores what leads upwards or to itself', () => {
    const layers = layersOf(['a', 'b'], edges('ba', 'aa', 'ab'), 5);
    expect(Object.fromEntries(layers)).toEqual({ a: 0, b: 1 });
  });
});
