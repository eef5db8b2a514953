import { makeFinding } from '../../testing-support/finding';
import { countOf, firstOf, groupFindings } from './grouping';

const PLACES = ['a', 'b', 'c'];
const indexOf = (id: string): number => PLACES.indexOf(id);

function at(line: number, column = 0) {
  return {
    start: { line, column },
    end: { line, column: column + 1 }
  };
}

/** The ids of the findings of each group. */
function ids(findings: Parameters<typeof groupFindings>[0]): unknown {
  return groupFindings(findings, indexOf).map(({ cell, findings: members }) => [
    cell,
    members.map(({ id }) => id)
  ]);
}

describe('groupFindings', () => {
  it('puts the notebook first, then cells with errors, then cells by position', () => {
    expect(
      ids([
        makeFinding({ id: '1', cell: 'a' }),
        makeFinding({ id: '2', cell: 'c', severity: 'error' }),
        makeFinding({ id: '3', cell: 'b', severity: 'error' }),
        makeFinding({ id: '4', cell: null, severity: 'info' })
      ])
    ).toEqual([
      [null, ['4']],
      ['b', ['3']],
      ['c', ['2']],
      ['a', ['1']]
    ]);
  });

  it('puts the findings of a cell in the order of the text, information last', () => {
    expect(
      ids([
        makeFinding({ id: 'info', severity: 'info', range: at(0) }),
        makeFinding({ id: 'late', range: at(2, 1) }),
        makeFinding({ id: 'error', severity: 'error', range: at(2, 4) }),
        makeFinding({ id: 'early', range: at(1, 9) }),
        makeFinding({ id: 'whole', range: null })
      ])
    ).toEqual([['a', ['whole', 'early', 'late', 'error', 'info']]]);
  });

  it('leaves out the findings of a cell that is gone', () => {
    expect(ids([makeFinding({ cell: 'gone' })])).toEqual([]);
  });

  it('does not reorder what it was given', () => {
    const findings = [
      makeFinding({ id: '1', range: at(5) }),
      makeFinding({ id: '2', range: at(1) })
    ];
    groupFindings(findings, indexOf);
    expect(findings.map(({ id }) => id)).toEqual(['1', '2']);
  });
});

describe('firstOf', () => {
  const groups = groupFindings(
    [
      makeFinding({ id: '1', cell: 'a' }),
      makeFinding({ id: '2', cell: 'a' }),
      makeFinding({ id: '3', cell: 'b' })
    ],
    indexOf
  );

  it.each([
    [0, []],
    [1, [1]],
    [2, [2]],
    [3, [2, 1]],
    [9, [2, 1]]
  ])('cuts off after %p findings', (limit, lengths) => {
    expect(
      firstOf(groups, limit).map(({ findings }) => findings.length)
    ).toEqual(lengths);
  });
});

describe('countOf', () => {
  it('counts one severity', () => {
    const findings = [
      makeFinding({ severity: 'error' }),
      makeFinding({ severity: 'info' }),
      makeFinding({ severity: 'error' })
    ];
    expect(countOf(findings, 'error')).toBe(2);
    expect(countOf(findings, 'warning')).toBe(0);
  });
});
