import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { JSONObject, PartialJSONObject } from '@lumino/coreutils';

import { METADATA_KEY } from '../notebook/snapshot';
import type { ICellTest } from './cellTests';
import {
  entriesOf,
  freeName,
  nameIn,
  readTests,
  withEntries,
  withTest,
  withoutTest
} from './cellTests';
import type { ITestItem } from './items';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** Adds a test to a cell, in one undo step; its name becomes one that is free. False where the cell is gone. */
export function addTest(
  context: Context,
  cell: string,
  test: ICellTest
): boolean {
  return change(context, cell, ours => {
    const names = new Set(readTests(ours).tests.map(({ name }) => name));
    return withTest(ours, { ...test, name: freeName(test.name, names) }, null);
  });
}

/** Puts another test in the place of one, in one undo step. False where that is not there any more. */
export function replaceTest(
  context: Context,
  item: ITestItem,
  test: ICellTest
): boolean {
  return change(context, item.cell, ours => {
    const place = placeOf(ours, item);
    return place === null ? null : withTest(ours, test, place);
  });
}

/**
 * Deletes a test, in one undo step.
 *
 * @returns What puts it back; null where it was not there any more.
 */
export function deleteTest(
  context: Context,
  item: ITestItem
): (() => boolean) | null {
  let entry: unknown;
  const isDone = change(context, item.cell, ours => {
    const place = placeOf(ours, item);
    if (place === null) {
      return null;
    }
    entry = entriesOf(ours)[place];
    return withoutTest(ours, place);
  });
  return isDone
    ? () =>
        change(context, item.cell, ours => {
          const entries = [...entriesOf(ours)];
          if (entries.some(one => nameIn(one) === item.test.name)) {
            return null;
          }
          entries.splice(item.test.place, 0, entry as JSONObject);
          return withEntries(ours, entries);
        })
    : null;
}

/** The place that a test has now. */
function placeOf(ours: unknown, { test }: ITestItem): number | null {
  return (
    readTests(ours).tests.find(({ name }) => name === test.name)?.place ?? null
  );
}

/** Changes our part of a cell's metadata, in an undo step of its own. */
function change(
  { model }: Context,
  id: string,
  edit: (ours: unknown) => PartialJSONObject | null
): boolean {
  const notebook = model.sharedModel;
  const cell = notebook.cells.find(one => one.id === id);
  const wanted = cell ? edit(cell.getMetadata(METADATA_KEY)) : null;
  if (!cell || !wanted) {
    return false;
  }
  const { undoManager } = notebook as unknown as {
    undoManager?: { stopCapturing(): void };
  };
  undoManager?.stopCapturing();
  notebook.transact(() => {
    if (Object.keys(wanted).length > 0) {
      cell.setMetadata(METADATA_KEY, wanted as JSONObject);
    } else {
      cell.deleteMetadata(METADATA_KEY);
    }
  });
  undoManager?.stopCapturing();
  return true;
}
