import { nullTranslator } from '@jupyterlab/translation';

import type { EditPlan } from '../api/types';
import { makeSnapshot } from '../testing-support/notebooks';
import type { IPlanPart } from './planPreview';
import { previewPlan } from './planPreview';

type Operation = EditPlan['operations'][number];

const SNAPSHOT = makeSnapshot([
  { id: 'a', source: 'x = 1', execution_count: 1 },
  { id: 'b', source: 'y = 2\nprint(y)', execution_count: null },
  { id: 'c', source: 'print(x)', execution_count: null }
]);

function preview(...operations: Operation[]): IPlanPart[] {
  return previewPlan(
    { title: '', operations },
    SNAPSHOT,
    nullTranslator.load('test')
  );
}

function insert(source: string, tests = 0): Operation {
  return {
    kind: 'insert-cell',
    after: 'a',
    cell_type: 'code',
    source,
    metadata: tests ? { tests: new Array(tests).fill({}) } : {}
  };
}

function change(cell: string): Operation {
  return { kind: 'change-cell', cell, source_hash: '', edits: [] };
}

describe('previewPlan', () => {
  it('shows new cells in the order that they have then', () => {
    const parts = preview(insert('second'), insert('first', 2), change('b'));
    expect(parts.map(({ label, texts }) => [label, texts?.after])).toEqual([
      ['New cell 1', 'first'],
      ['New cell 2', 'second'],
      ['Cell [ ]', 'y = 2\nprint(y)']
    ]);
    expect(parts[0].note).toBe('Takes 2 tests along. Goes below [1] x = 1');
  });

  it('tells cells apart that did not run', () => {
    const labels = preview(change('a'), change('b'), change('c')).map(
      ({ label }) => label
    );
    expect(labels).toEqual(['Cell [1]', 'Cell #2', 'Cell #3']);
  });

  it('has one part for all that happens to a cell', () => {
    const parts = preview(
      change('b'),
      { kind: 'change-metadata', cell: 'b', metadata: { tests: [{}] } },
      { kind: 'clear-outputs', cell: 'b' }
    );
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({
      label: 'Cell [ ]',
      note: 'It has 1 test then. Its outputs are cleared. Its code stays.',
      texts: { after: 'y = 2\nprint(y)' }
    });
  });
});
