import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PartialJSONObject } from '@lumino/coreutils';

import type { GatherRequest } from '../api/types';
import type { IQualityClient } from '../tokens';

/** What gathering needs of the world. */
export interface IGatherOptions {
  client: IQualityClient;
  documents: IDocumentManager;
  trans: TranslationBundle;
}

/**
 * Writes the least code that computes a cell into a new notebook beside its own, and opens that. No file is written
 * over.
 *
 * @returns The path of the new notebook; null where it was refused, which the person is told.
 */
export async function gatherCell(
  panel: NotebookPanel,
  cell: string,
  options: IGatherOptions
): Promise<string | null> {
  const { client, documents, trans } = options;
  const { context } = panel;
  const reply = await client.gather({
    notebook: { path: context.localPath, content: contentOf(panel) },
    cell
  });
  if (reply.kind === 'refusal') {
    Notification.warning(reply.message, { autoClose: 8000 });
    return null;
  }
  const { contents } = documents.services;
  // Beside it, so that the paths in the code stay right; the server gives it a name that is free.
  const drive = contents.driveName(context.path);
  const folder = PathExt.dirname(contents.localPath(context.path));
  const { path } = await contents.newUntitled({
    path: drive ? `${drive}:${folder}` : folder,
    type: 'notebook'
  });
  try {
    await contents.save(path, {
      type: 'notebook',
      format: 'json',
      content: reply.content
    });
  } catch (error) {
    await contents.delete(path);
    throw error;
  }
  documents.openOrReveal(path);
  if (reply.missing.length > 0) {
    Notification.warning(
      trans.__(
        'Nothing in the notebook defines %1, so what was gathered may not run.',
        reply.missing.join(', ')
      ),
      { autoClose: 8000 }
    );
  }
  return path;
}

/** The file of a notebook, without the outputs, which can be large and are not needed. */
function contentOf({
  context
}: NotebookPanel): GatherRequest['notebook']['content'] {
  const { cells, metadata } = context.model.sharedModel;
  return {
    metadata: metadata,
    nbformat: 4,
    nbformat_minor: 5,
    cells: cells.map(cell => ({
      ...(cell.toJSON() as PartialJSONObject),
      id: cell.id,
      ...(cell.cell_type === 'code' && { outputs: [] })
    }))
  };
}
