import { findingAt, makeFinding } from '../testing-support/finding';
import { nextFrom, placed } from './order';

const order = ['a', 'b', 'c'];
const problems = placed(
  [
    findingAt('c', 0, 4),
    findingAt('a', 1, 2),
    findingAt('a', 0, 7),
    findingAt('a', 0, 1, { severity: 'info' }),
    findingAt('gone', 0, 1),
    makeFinding({ id: 'whole', cell: 'b', range: null }),
    makeFinding({ id: 'notebook', cell: null, range: null })
  ],
  id => order.indexOf(id)
);

describe('placed', () => {
  it('keeps what is a problem in a cell that is there, in order', () => {
    expect(problems.map(({ finding }) => finding.id)).toEqual([
      'a:0:7',
      'a:1:2',
      'whole',
      'c:0:4'
    ]);
  });
});

describe('nextFrom', () => {
  it.each([
    [0, null, 'a:0:7'],
    [0, { line: 0, column: 7 }, 'a:1:2'],
    [0, { line: 1, column: 2 }, 'whole'],
    [1, null, 'c:0:4'],
    [2, { line: 0, column: 4 }, 'a:0:7']
  ])('goes on from cell %p, %p to %p', (index, position, id) => {
    expect(nextFrom(problems, { index, position }, 1)?.finding.id).toBe(id);
  });

  it.each([
    [0, null, 'c:0:4'],
    [0, { line: 0, column: 7 }, 'c:0:4'],
    [1, null, 'a:1:2'],
    [2, { line: 0, column: 4 }, 'whole']
  ])('goes back from cell %p, %p to %p', (index, position, id) => {
    expect(nextFrom(problems, { index, position }, -1)?.finding.id).toBe(id);
  });

  it('goes nowhere where there are no problems', () => {
    expect(nextFrom([], { index: 0, position: null }, 1)).toBeNull();
  });
});
