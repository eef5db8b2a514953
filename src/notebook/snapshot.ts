import { isCodeCellModel } from '@jupyterlab/cells';
import type { ICellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';

import type { Cell, Notebook } from '../api/types';
import type { OutputDigests } from './digest';

/** The key of everything of ours in cell and notebook metadata. */
export const METADATA_KEY = 'nbquality';

/** The tag that silences every rule in a cell. */
export const IGNORE_TAG = 'nbquality-ignore';

/**
 * The open notebook as the server is told of it: sources, counts, tags, our metadata and digests of the outputs,
 * never the outputs.
 */
export function takeSnapshot(
  context: DocumentRegistry.IContext<INotebookModel>,
  digests: OutputDigests
): Notebook {
  const model = context.model;
  const cells: Cell[] = [];
  for (let index = 0; index < model.cells.length; index++) {
    cells.push(cellOf(model.cells.get(index), digests));
  }
  const info = record(model.getMetadata('language_info'));
  const spec = record(model.getMetadata('kernelspec'));
  return {
    path: context.localPath,
    cells,
    language: (
      text(spec.language) ||
      text(info.name) ||
      'python'
    ).toLowerCase(),
    language_version: text(info.version),
    kernelspec: text(spec.name),
    nbformat: model.nbformat,
    nbformat_minor: model.nbformatMinor,
    has_cell_ids: true,
    metadata: record(model.getMetadata(METADATA_KEY))
  };
}

/** Whether two snapshots say the same, so that asking again would tell nothing new. */
export function sameSnapshot(one: Notebook, other: Notebook): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** How many cells of a snapshot are new or have another source than in an earlier one. */
export function changedCells(now: Notebook, before: Notebook | null): number {
  const sources = new Map(before?.cells.map(cell => [cell.id, cell.source]));
  return now.cells.filter(cell => sources.get(cell.id) !== cell.source).length;
}

function cellOf(cell: ICellModel, digests: OutputDigests): Cell {
  const tags: unknown = cell.getMetadata('tags');
  const isCode = isCodeCellModel(cell);
  return {
    id: cell.id,
    cell_type:
      cell.type === 'code' || cell.type === 'markdown' ? cell.type : 'raw',
    source: cell.sharedModel.source,
    execution_count: isCode ? cell.executionCount : null,
    tags: Array.isArray(tags)
      ? tags.filter((tag): tag is string => typeof tag === 'string')
      : [],
    metadata: record(cell.getMetadata(METADATA_KEY)),
    outputs: isCode ? digests.of(cell) : null
  };
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
