import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IRunRecord, IRunRecords } from '../tokens';

/**
 * Keeps what ran in the kernel of a document.
 */
export class RunRecords implements IRunRecords {
  constructor(readonly context: DocumentRegistry.IContext<INotebookModel>) {}

  get records(): readonly IRunRecord[] | null {
    return this._records;
  }

  get changed(): ISignal<RunRecords, void> {
    return this._changed;
  }

  lastRun(cellId: string): IRunRecord | null {
    return (
      this._records?.filter(record => record.cell === cellId).pop() ?? null
    );
  }

  accept(cellIds: readonly string[]): void {
    void cellIds;
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private _records: readonly IRunRecord[] | null = null;
  private _changed = new Signal<RunRecords, void>(this);
}
