import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';

import { METADATA_KEY } from '../notebook/snapshot';
import type { IStoredTest } from './cellTests';
import { readTests } from './cellTests';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** A test of an open notebook. */
export interface ITestItem {
  /** The id of its cell. */
  readonly cell: string;
  readonly test: IStoredTest;
  /** Tells it from every other one of the notebook. */
  readonly key: string;
}

/** A cell and its tests. */
export interface ICellItems {
  readonly cell: string;
  readonly items: readonly ITestItem[];
  /** How many entries of its metadata are no tests. */
  readonly malformed: number;
}

/** What tells a test from every other one of a notebook. */
export function keyOf(cell: string, name: string): string {
  return `${cell} ${name}`;
}

/** The code cells of a notebook that have tests, or what should be some, in order. */
export function testedCells({ model }: Context): ICellItems[] {
  const found: ICellItems[] = [];
  for (const shared of model.sharedModel.cells) {
    const ours =
      shared.cell_type === 'code' ? shared.getMetadata(METADATA_KEY) : null;
    const { tests, malformed } = readTests(ours);
    if (tests.length > 0 || malformed > 0) {
      const cell = shared.id;
      found.push({
        cell,
        items: tests.map(test => ({ cell, test, key: keyOf(cell, test.name) })),
        malformed
      });
    }
  }
  return found;
}

/** The tests of a notebook, in order. */
export function testsOf(context: Context): ITestItem[] {
  return testedCells(context).flatMap(({ items }) => items);
}

/** What is counted of the cells of a notebook. */
export interface ICellCounts {
  /** Code cells that are not empty. */
  readonly cells: number;
  /** Those of them with outputs and the number of the run that made them: those that a comparison of outputs looks at. */
  readonly compared: number;
}

/** Counts the cells of a notebook. */
export function countCells({ model }: Context): ICellCounts {
  let cells = 0;
  let compared = 0;
  for (const cell of model.sharedModel.cells) {
    if (cell.cell_type === 'code' && cell.source.trim() !== '') {
      cells++;
      const { execution_count: count, outputs } = cell as {
        execution_count?: number | null;
        outputs?: readonly unknown[];
      };
      if (typeof count === 'number' && (outputs?.length ?? 0) > 0) {
        compared++;
      }
    }
  }
  return { cells, compared };
}
