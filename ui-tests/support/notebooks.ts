import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** A cell of a notebook for a test. */
export interface ICellSpec {
  readonly id?: string;
  readonly type?: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly count?: number;
  readonly outputs?: readonly object[];
  readonly metadata?: object;
}

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');

const PYTHON = {
  kernelspec: {
    name: 'python3',
    display_name: 'Python 3 (ipykernel)',
    language: 'python'
  },
  language_info: { name: 'python', version: '3.11.0' }
};

/**
 * The file of a notebook. A string is a code cell; cells are called `c1`, `c2` … where they have no id of their own.
 */
export function notebookOf(
  cells: readonly (string | ICellSpec)[],
  metadata: object = PYTHON
): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map((cell, index) => {
      const spec = typeof cell === 'string' ? { source: cell } : cell;
      const type = spec.type ?? 'code';
      return {
        id: spec.id ?? `c${index + 1}`,
        cell_type: type,
        metadata: spec.metadata ?? {},
        source: spec.source,
        ...(type === 'code' && {
          execution_count: spec.count ?? null,
          outputs: spec.outputs ?? []
        })
      };
    })
  });
}

/** One of the notebooks in examples/. */
export function exampleNotebook(name: string): string {
  return readFileSync(path.join(EXAMPLES, `${name}.ipynb`), 'utf8');
}
