import { layOut, MOST_LANES } from './lanes';

describe('layOut', () => {
  it('draws an edge to the next row straight', () => {
    expect(layOut([{ source: 0, target: 1 }])).toEqual({
      straight: [0],
      lanes: [],
      hidden: new Map()
    });
  });

  it('puts all edges of a row on one lane', () => {
    const { lanes } = layOut([
      { source: 0, target: 4 },
      { source: 0, target: 2 }
    ]);
    expect(lanes).toEqual([{ source: 0, targets: [2, 4], lane: 0 }]);
  });

  it('keeps edges that overlap apart, and lets the shorter run inside', () => {
    const { lanes } = layOut([
      { source: 0, target: 5 },
      { source: 1, target: 3 }
    ]);
    expect(lanes).toEqual([
      { source: 1, targets: [3], lane: 0 },
      { source: 0, targets: [5], lane: 1 }
    ]);
  });

  it('uses a lane again once it is free', () => {
    const { lanes } = layOut([
      { source: 0, target: 2 },
      { source: 3, target: 5 }
    ]);
    expect(lanes.map(({ lane }) => lane)).toEqual([0, 0]);
  });

  it('counts what it has no lane for', () => {
    const edges = Array.from({ length: MOST_LANES + 2 }, (_, source) => ({
      source,
      target: 20
    }));
    const { lanes, hidden } = layOut(edges);
    expect(lanes).toHaveLength(MOST_LANES);
    expect(Array.from(hidden.values())).toEqual([1, 1]);
  });
});
