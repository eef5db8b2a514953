import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Where the panel is remembered. */
export const MEMORY_KEY = 'jupyter-nbquality:panel';

/**
 * Remembers which sections are open: for the person, not for the notebook.
 */
export class PanelMemory {
  /**
   * @param state - Keeps it over a reload; without it, it is kept until then.
   */
  constructor(private readonly _state: IStateDB | null) {
    this.ready = this._restore();
  }

  /** What was remembered is there. */
  readonly ready: Promise<void>;

  /** A section was opened or closed. */
  get changed(): ISignal<PanelMemory, void> {
    return this._changed;
  }

  isOpen(section: { id: string; openAtFirst: boolean }): boolean {
    return this._open.get(section.id) ?? section.openAtFirst;
  }

  setOpen(section: { id: string }, isOpen: boolean): void {
    this._open.set(section.id, isOpen);
    this._changed.emit();
    void this._state
      ?.save(MEMORY_KEY, { open: Object.fromEntries(this._open) })
      .catch((reason: unknown) => {
        console.warn('The open sections cannot be remembered.', reason);
      });
  }

  private async _restore(): Promise<void> {
    let saved: ReadonlyPartialJSONValue | undefined;
    try {
      saved = await this._state?.fetch(MEMORY_KEY);
    } catch (reason) {
      console.warn('The open sections cannot be restored.', reason);
    }
    const open = (saved as { open?: unknown } | null | undefined)?.open;
    if (open === null || typeof open !== 'object') {
      return;
    }
    for (const [id, isOpen] of Object.entries(open)) {
      // What was pressed while this was under way is newer.
      if (typeof isOpen === 'boolean' && !this._open.has(id)) {
        this._open.set(id, isOpen);
      }
    }
    this._changed.emit();
  }

  private readonly _open = new Map<string, boolean>();
  private _changed = new Signal<PanelMemory, void>(this);
}
