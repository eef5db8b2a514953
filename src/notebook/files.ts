import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApplyRequest, ChangeFile } from '../api/types';
import type { FileTexts, IQualityClient } from '../tokens';
import type { IFileChanger, IFileUndo } from './applyPlan';
import { TextFiles } from './textFiles';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** A file that was changed. */
interface IChangedFile {
  /** As the contents manager knows it, with its drive. */
  readonly path: string;
  /** As the server knows it. */
  readonly localPath: string;
  /** Its text before; null where there was none. */
  readonly before: string | null;
  readonly after: string;
  /** The hash of `after`; null where the server did not write it. */
  readonly hash: string | null;
}

/**
 * Changes files: the open notebook is renamed as JupyterLab renames it, a file that is open in an editor is changed
 * there, everything else goes to the server.
 */
export class FileChanger implements IFileChanger {
  constructor(
    private readonly _client: IQualityClient,
    private readonly _documents: IDocumentManager | null,
    private readonly _trans: TranslationBundle
  ) {
    this._texts = _documents && new TextFiles(_documents);
  }

  async apply(
    operations: ApplyRequest['operations'],
    context: Context,
    texts: FileTexts
  ): Promise<IFileUndo | null> {
    const others: ApplyRequest['operations'] = [];
    const open: ChangeFile[] = [];
    for (const operation of operations) {
      if (operation.kind === 'change-file') {
        const isOpen =
          texts.has(operation.path) &&
          this._texts?.isOpen(this._fullPath(context, operation.path));
        (isOpen ? open : others).push(operation);
      } else if (operation.path === context.localPath) {
        await this._rename(context, operation.new_path);
      } else {
        others.push(operation);
      }
    }
    for (const { path } of open) {
      const now = await this._texts!.read(this._fullPath(context, path));
      if (now !== texts.get(path)) {
        throw new Error(
          this._trans.__(
            '%1 was edited meanwhile, so nothing was changed.',
            path
          )
        );
      }
    }
    const hashes = new Map<string, string>();
    if (others.length > 0) {
      const { files } = await this._client.apply({ operations: others });
      files.forEach(file => hashes.set(file.path, file.text_hash));
    }
    for (const { path, text } of open) {
      await this._texts!.edit(this._fullPath(context, path), text);
    }
    const changed = operations.flatMap(operation =>
      operation.kind === 'change-file' && texts.has(operation.path)
        ? {
            path: this._fullPath(context, operation.path),
            localPath: operation.path,
            before: texts.get(operation.path) ?? null,
            after: operation.text,
            hash: hashes.get(operation.path) ?? null
          }
        : []
    );
    return this._texts && changed.length > 0
      ? this._undoOf(changed, this._texts)
      : null;
  }

  private _undoOf(
    changed: readonly IChangedFile[],
    texts: TextFiles
  ): IFileUndo {
    return {
      isPossible: async () => {
        for (const { path, after } of changed) {
          if ((await texts.read(path).catch(() => null)) !== after) {
            return false;
          }
        }
        return true;
      },
      run: async () => {
        for (const { path, localPath, before, hash } of changed) {
          if (before === null) {
            await texts.remove(path);
          } else if (texts.isOpen(path)) {
            await texts.edit(path, before);
          } else if (hash !== null) {
            await this._client.apply({
              operations: [
                {
                  kind: 'change-file',
                  path: localPath,
                  before_hash: hash,
                  text: before
                }
              ]
            });
          } else {
            // It was changed in an editor that is closed by now.
            await texts.write(path, before);
          }
        }
      }
    };
  }

  /** A path with the drive of a notebook. */
  private _fullPath(context: Context, path: string): string {
    const drive = this._documents?.services.contents.driveName(context.path);
    return drive ? `${drive}:${path}` : path;
  }

  /** Renames the open notebook; its kernel and its unsaved changes stay. */
  private async _rename(context: Context, newPath: string): Promise<void> {
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

  private readonly _texts: TextFiles | null;
}
