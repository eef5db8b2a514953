import type { ISharedFile } from '@jupyter/ydoc';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ServerConnection } from '@jupyterlab/services';

import { setSource } from './takeBack';

/** A text file that is open in an editor. */
interface IOpenText {
  readonly context: DocumentRegistry.Context;
  readonly shared: ISharedFile;
}

/**
 * Text files, as an editor has them where one is open, and else as they are on the server.
 */
export class TextFiles {
  constructor(private readonly _documents: IDocumentManager) {}

  /**
   * The text of a file; null where there is none. Rejects where it is no text.
   */
  async read(path: string): Promise<string | null> {
    const open = this._open(path);
    if (open) {
      return open.shared.getSource();
    }
    try {
      const { content } = (await this._contents.get(path, {
        type: 'file',
        format: 'text',
        content: true
      })) as { content: unknown };
      return typeof content === 'string' ? content : '';
    } catch (error) {
      if (isMissing(error)) {
        return null;
      }
      throw error;
    }
  }

  /** Whether a file is open in an editor. */
  isOpen(path: string): boolean {
    return this._open(path) !== null;
  }

  /** Whether an editor has changes of a file that were not saved. */
  isUnsaved(path: string): boolean {
    return this._open(path)?.context.model.dirty ?? false;
  }

  /**
   * Gives a file that is open in an editor another text, there, and saves it. Where it cannot be saved it has its text
   * again.
   */
  async edit(path: string, text: string): Promise<void> {
    const open = this._open(path);
    if (!open) {
      throw new Error(path);
    }
    const before = open.shared.getSource();
    setSource(open.shared, text);
    try {
      await open.context.save();
    } catch (error) {
      setSource(open.shared, before);
      throw error;
    }
  }

  /** Writes a file that is not open. */
  async write(path: string, text: string): Promise<void> {
    await this._contents.save(path, {
      type: 'file',
      format: 'text',
      content: text
    });
  }

  /** Removes a file. */
  async remove(path: string): Promise<void> {
    await this._contents.delete(path);
  }

  private get _contents(): IDocumentManager['services']['contents'] {
    return this._documents.services.contents;
  }

  private _open(path: string): IOpenText | null {
    const widget = this._documents.findWidget(path, null);
    const context = widget && this._documents.contextForWidget(widget);
    const shared = context?.model.sharedModel as
      Partial<ISharedFile> | undefined;
    return context &&
      context.isReady &&
      shared?.getSource &&
      shared.updateSource
      ? { context, shared: shared as ISharedFile }
      : null;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof ServerConnection.ResponseError &&
    error.response.status === 404
  );
}
