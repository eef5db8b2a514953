import type { CellFlow, Flow, NameAt } from '../api/types';
import { definitionOf } from './names';

function at(name: string, line = 0, column = 0): NameAt {
  return {
    name,
    certain: true,
    range: {
      start: { line, column },
      end: { line, column: column + name.length }
    }
  };
}

function cell(id: string, more: Partial<CellFlow> = {}): CellFlow {
  return {
    cell: id,
    known: true,
    kept: false,
    imports_only: false,
    defines: [],
    uses: [],
    deferred_uses: [],
    mutates: [],
    deletes: [],
    unknown: [],
    ...more
  };
}

/** x is defined in a and again in c; b reads the first, d the second; c reads the first before it defines it anew. */
const flow: Flow = {
  missing: [],
  cells: [
    cell('a', { defines: [at('x')] }),
    cell('b', { uses: [at('x', 2, 4)], deferred_uses: [at('late', 1)] }),
    cell('c', { uses: [at('x', 0, 4)], defines: [at('x', 1)] }),
    cell('d', { mutates: [at('x', 3)] }),
    cell('e', { defines: [at('late', 5)] })
  ],
  dependencies: [
    { source: 'a', target: 'b', names: ['x'], kind: 'definition' },
    { source: 'a', target: 'c', names: ['x'], kind: 'definition' },
    { source: 'c', target: 'd', names: ['x'], kind: 'definition' }
  ]
};

const top = { line: 0, column: 0 };

describe('definitionOf', () => {
  it.each([
    ['b', top, 'a'],
    ['d', top, 'c'],
    // Before it is defined anew, and after that.
    ['c', { line: 0, column: 5 }, 'a'],
    ['c', { line: 1, column: 0 }, 'c'],
    ['a', top, 'a']
  ])('x in %s at %j', (id, position, definition) => {
    expect(definitionOf(flow, 'x', { cell: id, position })?.cell).toBe(
      definition
    );
  });

  it('is below where a function reads it later', () => {
    expect(definitionOf(flow, 'late', { cell: 'b', position: top })).toEqual({
      cell: 'e',
      range: at('late', 5).range
    });
  });

  it('is nowhere where no cell defines it', () => {
    expect(
      definitionOf(flow, 'print', { cell: 'b', position: top })
    ).toBeNull();
  });
});
