import { nullTranslator } from '@jupyterlab/translation';
import { render } from '@testing-library/react';

import type { EditPlan } from '../api/types';
import { makeSnapshot } from '../testing-support/notebooks';
import { PlanView } from './planDialog';
import { previewPlan } from './planPreview';

type Operation = EditPlan['operations'][number];

// Put together here, so that nobody takes it for one that leaked.
const SECRET = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
const CODE = `TOKEN = "${SECRET}"`;

const trans = nullTranslator.load('test');

/** What the dialog shows of a change to a notebook that holds a secret. */
function shown(...operations: Operation[]): string {
  const parts = previewPlan(
    { title: 'Change', operations },
    makeSnapshot([
      { id: 'a', source: CODE },
      { id: 'b', source: 'import os' }
    ]),
    trans
  );
  const { container } = render(<PlanView parts={parts} trans={trans} />);
  return container.innerHTML;
}

describe('the preview of a plan shows no secret', () => {
  it.each<[string, Operation, string]>([
    [
      'beside what changes, and in the title of the cell',
      {
        kind: 'change-cell',
        cell: 'a',
        source_hash: '',
        edits: [
          {
            range: {
              start: { line: 0, column: CODE.length },
              end: { line: 0, column: CODE.length }
            },
            text: '  # noqa: NB302'
          }
        ]
      },
      'noqa: NB302'
    ],
    [
      'that a fix takes away',
      { kind: 'delete-cell', cell: 'a', source_hash: '' },
      'Is deleted'
    ],
    [
      'that a new cell holds',
      {
        kind: 'insert-cell',
        after: 'b',
        cell_type: 'code',
        source: CODE,
        metadata: {}
      },
      'New cell'
    ],
    [
      'that stands in a file',
      { kind: 'change-file', path: 'a.py', before_hash: null, text: CODE },
      'new file'
    ],
    [
      'where a cell goes below one that holds it',
      { kind: 'move-cell', cell: 'b', source_hash: '', after: 'a' },
      'Goes below'
    ]
  ])('%s', (_, operation, expected) => {
    const html = shown(operation);
    expect(html).toContain(expected);
    expect(html).toContain('••••');
    expect(html).not.toContain(SECRET);
  });
});
