import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApplyRequest } from '../api/types';
import type { IQualityClient } from '../tokens';
import type { IFileChanger } from './applyPlan';

/**
 * Changes files: the open notebook is renamed as JupyterLab renames it, everything else goes to the server.
 */
export class FileChanger implements IFileChanger {
  constructor(
    private readonly _client: IQualityClient,
    private readonly _documents: IDocumentManager | null,
    private readonly _trans: TranslationBundle
  ) {}

  async apply(
    operations: ApplyRequest['operations'],
    context: DocumentRegistry.IContext<INotebookModel>
  ): Promise<void> {
    const others: ApplyRequest['operations'] = [];
    for (const operation of operations) {
      if (
        operation.kind === 'rename-file' &&
        operation.path === context.localPath
      ) {
        await this._rename(context, operation.new_path);
      } else {
        others.push(operation);
      }
    }
    if (others.length > 0) {
      await this._client.apply({ operations: others });
    }
  }

  /** Renames the open notebook; its kernel and its unsaved changes stay. */
  private async _rename(
    context: DocumentRegistry.IContext<INotebookModel>,
    newPath: string
  ): Promise<void> {
    const manager = this._documents?.services.contents;
    const taken = await manager
      ?.get(newPath, { content: false })
      .then(() => true)
      .catch(() => false);
    if (taken) {
      throw new Error(
        this._trans.__('There is a file of the name %1 already.', newPath)
      );
    }
    await context.rename(PathExt.basename(newPath));
  }
}
