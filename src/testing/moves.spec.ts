import type { NameAt } from '../api/types';
import type { ITestedCell } from './moves';
import { repairs } from './moves';

function test(name: string, source: string): { name: string; source: string } {
  return { name, source };
}

const A = test('a', 'assert alpha == 1');
const B = test('b', 'assert beta == 2');
const BOTH = test('both', 'assert alpha < beta');
const NOTHING = test('nothing', 'assert 1 + 1 == 2');

const WHOLE: ITestedCell = {
  id: 'whole',
  source: 'alpha = 1\n\nbeta = 2',
  entries: [A, B, BOTH, NOTHING]
};

function at(name: string, line: number): NameAt {
  const position = { line, column: 0 };
  return { name, certain: true, range: { start: position, end: position } };
}

describe('a cell that was split', () => {
  const halves: ITestedCell[] = [
    { id: 'new', source: 'alpha = 1', entries: WHOLE.entries },
    { id: 'whole', source: 'beta = 2', entries: WHOLE.entries }
  ];
  const expected = [
    { id: 'new', entries: [A] },
    { id: 'whole', entries: [B, BOTH, NOTHING] }
  ];

  it('gives each test to the half that makes what it uses', () => {
    expect(
      repairs([WHOLE], halves, new Set(['new']), () => [
        at('alpha', 0),
        at('beta', 2)
      ])
    ).toEqual(expected);
  });

  it('goes by the looks of what was not checked yet', () => {
    expect(repairs([WHOLE], halves, new Set(['new']), () => null)).toEqual(
      expected
    );
  });

  it('is not one that was copied', () => {
    const copy = { ...WHOLE, id: 'new' };
    expect(
      repairs([WHOLE], [copy, WHOLE], new Set(['new']), () => null)
    ).toEqual([]);
    expect(
      repairs(
        [WHOLE],
        [copy, { ...WHOLE, source: 'beta = 2' }],
        new Set(['new']),
        () => null
      )
    ).toEqual([]);
  });
});

describe('cells that were merged', () => {
  const one: ITestedCell = { id: 'one', source: 'alpha = 1', entries: [A] };
  const other: ITestedCell = {
    id: 'other',
    source: 'beta = 2',
    entries: [B, test('a', 'assert beta')]
  };

  it('keep the tests of all, each with a name of its own', () => {
    expect(
      repairs(
        [one, other],
        [{ id: 'new', source: 'alpha = 1\n\nbeta = 2', entries: [A] }],
        new Set(['new']),
        () => null
      )
    ).toEqual([
      {
        id: 'new',
        entries: [A, B, { ...test('a', 'assert beta'), name: 'a_2' }]
      }
    ]);
  });

  it('are not those where one was deleted', () => {
    expect(repairs([one, other], [one], new Set(), () => null)).toEqual([]);
  });
});
