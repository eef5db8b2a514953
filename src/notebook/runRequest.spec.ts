import type { IKeptRun } from './runHistory';
import { runsToSend, sameRuns } from './runRequest';
import { trimmed } from './trimmed';

function run(cell: string | null, source: string): IKeptRun {
  return {
    cell,
    source,
    count: 1,
    started: 5,
    took: 1,
    isSure: true,
    ran: source
  };
}

describe('runsToSend', () => {
  const sources = new Map([
    ['a', 'x = 1'],
    ['b', 'y = 2']
  ]);

  it('leaves out the texts that the cells have', () => {
    const accepted = { ...run('b', 'y = (2)'), ran: 'y = 2' };
    const runs = [run('a', 'x = 0'), run('a', 'x = 1'), accepted];
    expect(runsToSend([...runs, run(null, 'x = 1')], sources)).toEqual([
      { cell: 'a', source: 'x = 0', started: 5 },
      { cell: 'a', source: null, started: 5 },
      { cell: 'b', source: null, started: 5 },
      { cell: null, source: 'x = 1', started: 5 }
    ]);
  });

  it('bounds the texts, and keeps the last run of each cell', () => {
    const long = 'x'.repeat(200_000);
    const often = Array.from({ length: 9 }, () => run('a', long));
    const sent = runsToSend([run('b', long), ...often], sources);
    expect(sent.map(({ cell }) => cell)).toEqual(['b', 'a', 'a']);
  });
});

test('sameRuns tells whether anything is new', () => {
  const runs = () => [{ cell: 'a', source: null, started: 5 }];
  expect(sameRuns(runs(), runs())).toBe(true);
  expect(sameRuns(null, null)).toBe(true);
  expect(sameRuns(runs(), null)).toBe(false);
  expect(sameRuns(runs(), [])).toBe(false);
  expect(sameRuns(runs(), [{ ...runs()[0], source: 'x' }])).toBe(false);
  expect(sameRuns(runs(), [{ ...runs()[0], started: 6 }])).toBe(false);
});

test('trimmed keeps the last run of each cell before others', () => {
  const runs = ['a', 'b', null, 'a', 'a', 'c'].map(cell => ({ cell }));
  expect(trimmed(runs, 6)).toBe(runs);
  expect(trimmed(runs, 4)).toEqual([runs[1], runs[3], runs[4], runs[5]]);
  expect(trimmed(runs, 2)).toEqual([runs[4], runs[5]]);
});
