import type { Inspection } from '../api/types';
import { makeInspection } from '../testing-support/notebooks';
import { runFlowOf } from './runFlow';

/** What the server says of cells that ran so; a dependency is written as `from>to`. */
function ranSo(cells: string, ...dependencies: string[]): Inspection {
  return {
    ...makeInspection(),
    flow: {
      cells: ['a', 'b', 'c', 'd'].map(cell => ({ cell })),
      dependencies: [],
      missing: []
    } as unknown as Inspection['flow'],
    ran: {
      cells: Array.from(cells),
      dependencies: dependencies.map(text => {
        const [source, target] = text.split('>');
        return { source, target, names: ['x'], kind: 'definition' };
      }),
      elsewhere: []
    }
  };
}

function order(inspection: Inspection): string {
  return runFlowOf(inspection)!
    .cells.map(({ cell }) => cell)
    .join('');
}

describe('runFlowOf', () => {
  it('is not there where nothing ran, or nobody knows', () => {
    expect(runFlowOf(makeInspection())).toBeNull();
    expect(runFlowOf(ranSo(''))).toBeNull();
  });

  it('has the cells in the order in which they ran', () => {
    const inspection = ranSo('cab', 'c>b');
    expect(order(inspection)).toBe('cab');
    expect(runFlowOf(inspection)).toBe(runFlowOf(inspection));
  });

  it('keeps what gave something above its reader, though it ran again', () => {
    expect(order(ranSo('bcda', 'a>b', 'b>c'))).toBe('abcd');
  });

  it('copes with cells that gave each other something', () => {
    expect(order(ranSo('bad', 'a>b', 'b>a'))).toBe('abd');
  });
});
