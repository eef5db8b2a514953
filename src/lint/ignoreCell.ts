import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { IGNORE_TAG } from '../notebook/snapshot';

/** Whether a cell has the tag that keeps every problem in it from being shown. */
export function isIgnored(cell: Cell): boolean {
  return tagsOf(cell).includes(IGNORE_TAG);
}

/** Gives a cell the tag that keeps every problem in it from being shown, or takes it away. */
export function toggleIgnored(panel: NotebookPanel, cell: Cell): void {
  const tags = tagsOf(cell);
  // Inside a transaction, so that it can be undone.
  panel.context.model.sharedModel.transact(() => {
    cell.model.sharedModel.setMetadata(
      'tags',
      tags.includes(IGNORE_TAG)
        ? tags.filter(tag => tag !== IGNORE_TAG)
        : [...tags, IGNORE_TAG]
    );
  });
}

function tagsOf(cell: Cell): string[] {
  const value: unknown = cell.model.sharedModel.getMetadata('tags');
  return Array.isArray(value)
    ? value.filter((tag): tag is string => typeof tag === 'string')
    : [];
}
