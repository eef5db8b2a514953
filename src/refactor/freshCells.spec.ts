import type { EditPlan } from '../api/types';
import type { IRunRecord } from '../tokens';
import { makeSnapshot } from '../testing-support/notebooks';
import { cellsToAccept } from './freshCells';

const SNAPSHOT = makeSnapshot([
  { id: 'a', source: 'x = 1' },
  { id: 'b', source: 'print(x)' }
]);

const PLAN: EditPlan = {
  title: '',
  operations: [
    { kind: 'change-cell', cell: 'a', source_hash: '', edits: [] },
    { kind: 'delete-cell', cell: 'b', source_hash: '' }
  ]
};

function accepted(ran: Record<string, string>): string[] {
  return cellsToAccept(PLAN, SNAPSHOT, {
    lastRun: cell =>
      cell in ran
        ? ({ cell, source: ran[cell] } as unknown as IRunRecord)
        : null
  });
}

describe('what stays fresh', () => {
  it('is what changed, where all of it ran as it stands there', () => {
    expect(accepted({ a: 'x = 1', b: 'print(x)' })).toEqual(['a']);
  });

  it('is nothing where a part was edited since it ran, or never ran', () => {
    expect(accepted({ a: 'x = 2', b: 'print(x)' })).toEqual([]);
    expect(accepted({ a: 'x = 1', b: 'print(2)' })).toEqual([]);
    expect(accepted({ a: 'x = 1' })).toEqual([]);
  });
});
