import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  Notebook,
  SuggestLine,
  Suggestion,
  WorldEffect
} from '../api/types';
import type { IQualityClient } from '../tokens';

/**
 * `running`: under way; `consent`: nothing was run, as it reaches out of the notebook's folder; `done`: see there;
 * `failed`: with a sentence.
 */
export type SuggestState =
  | { readonly kind: 'running'; readonly share: number; readonly label: string }
  | { readonly kind: 'consent'; readonly effects: readonly WorldEffect[] }
  | { readonly kind: 'done'; readonly suggestion: Suggestion }
  | { readonly kind: 'failed'; readonly message: string };

const STARTING: SuggestState = { kind: 'running', share: 0, label: '' };

/** Looks for tests of a cell. */
export class Suggesting {
  constructor(
    private readonly _client: Pick<IQualityClient, 'suggest'>,
    private readonly _notebook: Notebook,
    private readonly _cell: string,
    /** A sentence for a connection that ends before the answer. */
    private readonly _broken: string
  ) {
    void this._ask(false);
  }

  get state(): SuggestState {
    return this._state;
  }

  get changed(): ISignal<Suggesting, void> {
    return this._changed;
  }

  /** Agrees to what it reaches. */
  consent(): void {
    if (this._state.kind === 'consent') {
      void this._ask(true);
    }
  }

  /** Stops it, and ends its kernels. */
  dispose(): void {
    this._abort.abort();
    Signal.clearData(this);
  }

  private async _ask(consent: boolean): Promise<void> {
    const { signal } = this._abort;
    this._set(STARTING);
    try {
      await this._client.suggest(
        { notebook: this._notebook, cell: this._cell, consent },
        line => this._take(line),
        signal
      );
      if (this._state.kind === 'running') {
        this._set({ kind: 'failed', message: this._broken });
      }
    } catch (error) {
      this._set({
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error)
      });
    }
  }

  private _take(line: SuggestLine): void {
    switch (line.kind) {
      case 'progress':
        this._set({ kind: 'running', share: line.share, label: line.label });
        break;
      case 'suggestion':
        this._set({ kind: 'done', suggestion: line.suggestion });
        break;
      default:
        this._set(line);
    }
  }

  private _set(state: SuggestState): void {
    if (!this._abort.signal.aborted) {
      this._state = state;
      this._changed.emit();
    }
  }

  private _state: SuggestState = STARTING;
  private readonly _abort = new AbortController();
  private readonly _changed = new Signal<Suggesting, void>(this);
}
