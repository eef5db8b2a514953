import {
  makeCellFlow as cell,
  makeFlow as flowOf
} from '../../testing-support/graphs';
import { MOST_ARROWS, MOST_CELLS, scopeOf } from './scope';
import type { IScopeOptions } from './scope';

const ALL: IScopeOptions = {
  scope: 'all',
  anchor: null,
  hasImports: false,
  hasPossible: false,
  isStale: () => false
};

describe('what is drawn', () => {
  const flow = flowOf(
    [
      cell('imports', { imports_only: true }),
      cell('a'),
      cell('b'),
      cell('c'),
      cell('words', { defines: [] }),
      cell('broken', { defines: [], known: false })
    ],
    ['imports', 'a'],
    ['a', 'b'],
    ['a', 'c', 'possible-mutation']
  );

  it('is what has names, or may have some, without what only imports', () => {
    const { cells, arrows, left } = scopeOf(flow, ALL);
    expect(cells).toEqual(['a', 'b', 'c', 'broken']);
    expect(arrows).toHaveLength(1);
    expect(left).toBe(0);
  });

  it('is more where that is wished', () => {
    const { cells, arrows } = scopeOf(flow, {
      ...ALL,
      hasImports: true,
      hasPossible: true
    });
    expect(cells).toContain('imports');
    expect(arrows.map(({ strength }) => strength)).toEqual([
      'certain',
      'certain',
      'possible'
    ]);
  });

  it('is what a cell is linked with', () => {
    const linked = { ...ALL, scope: 'linked' as const, anchor: 'b' };
    expect(scopeOf(flow, linked).cells).toEqual(['a', 'b']);
  });

  it('is the cell itself where it is linked with nothing', () => {
    const linked = { ...ALL, scope: 'linked' as const, anchor: 'words' };
    expect(scopeOf(flow, linked).cells).toEqual(['words']);
  });

  it('is what is stale', () => {
    const stale = { ...ALL, scope: 'stale' as const };
    expect(
      scopeOf(flow, { ...stale, isStale: one => one === 'c' }).cells
    ).toEqual(['c']);
  });
});

describe('a notebook of very many cells', () => {
  const ids = Array.from({ length: 1000 }, (_, place) => `c${place}`);

  it('is drawn around a cell, and the rest is counted', () => {
    const flow = flowOf(
      ids.map(id => cell(id)),
      ...ids.slice(1).map((id, place): [string, string] => [ids[place], id])
    );
    const { cells, left } = scopeOf(flow, { ...ALL, anchor: 'c500' });
    expect(cells).toHaveLength(MOST_CELLS);
    expect(cells).toContain('c500');
    expect(cells[0]).toBe('c400');
    expect(left).toBe(1000 - MOST_CELLS);
  });

  it('is drawn with fewer cells where each needs all before it', () => {
    const few = ids.slice(0, 100);
    const flow = flowOf(
      few.map(id => cell(id)),
      ...few.flatMap((target, place) =>
        few.slice(0, place).map((source): [string, string] => [source, target])
      )
    );
    const { cells, arrows, left } = scopeOf(flow, { ...ALL, anchor: 'c50' });
    expect(arrows.length).toBeLessThanOrEqual(MOST_ARROWS);
    expect(cells).toContain('c50');
    expect(cells.length + left).toBe(100);
  });
});
