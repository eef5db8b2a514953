import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Notebook, Verdict, VerifyLine, WorldEffect } from '../api/types';
import type { IQualityClient } from '../tokens';
import type { IPreviewed, PreviewStatus } from './preview';
import { namesGone } from './refactoring';

/**
 * `none`: not verified; `long`: nothing was run, as it took long the last time; `running`: under way, and what is done of it; `consent`: nothing was run, as it reaches out of
 * the notebook's folder; `verdict`: see there; `failed`: it went wrong on the way.
 */
export type VerificationState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly share: number;
      readonly label: string;
      /** Whether the person does not wait for it. */
      readonly isSkipped: boolean;
    }
  | { readonly kind: 'long'; readonly seconds: number }
  | { readonly kind: 'consent'; readonly effects: readonly WorldEffect[] }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'failed'; readonly message: string };

/** What is verified. */
export interface IVerifiable {
  readonly status: PreviewStatus;
  readonly previewed: IPreviewed | null;
  readonly changed: ISignal<IVerifiable, void>;
}

/** How verifying begins. */
export interface IVerificationOptions {
  /** Whether it runs without being asked to. */
  readonly isAlways?: boolean;
  /** How many seconds the cells took when they ran last. */
  lastTook?(snapshot: Notebook): number;
}

/** What takes longer than so many seconds is asked for once more. */
const LONG = 60;

const NONE: VerificationState = { kind: 'none' };

/**
 * Runs the old and the new code of a preview when it is asked to, or always, and from then on again after each edit. What it says
 * is always of what the preview shows.
 */
export class Verification {
  constructor(
    private readonly _preview: IVerifiable,
    private readonly _client: Pick<IQualityClient, 'verify'>,
    /** A sentence for a connection that ends before a verdict. */
    private readonly _broken: string,
    private readonly _options: IVerificationOptions = {}
  ) {
    this._isWanted = _options.isAlways ?? false;
    _preview.changed.connect(this._onPreview, this);
  }

  get state(): VerificationState {
    return this._state;
  }

  get changed(): ISignal<Verification, void> {
    return this._changed;
  }

  /** Whether the person waits for it before they apply. */
  get isAwaited(): boolean {
    return this._state.kind === 'running' && !this._state.isSkipped;
  }

  /** Whether the changes that are shown were seen to keep what the notebook does. */
  get isIdentical(): boolean {
    return this._isVerdict('identical');
  }

  /** Whether the changes that are shown were seen to change what the notebook does. */
  get isDifferent(): boolean {
    return this._isVerdict('differs');
  }

  /** Asks for it. */
  start(): void {
    this._isWanted = true;
    this._run();
  }

  /** Agrees to what it reaches, and asks for it again. */
  consent(): void {
    if (this._state.kind === 'consent') {
      for (const effect of this._state.effects) {
        this._agreed.add(keyOf(effect));
      }
      this.start();
    }
  }

  /** Agrees to wait, and asks for it again. */
  wait(): void {
    this._isPatient = true;
    this.start();
  }

  /** Stops it; it does not start again by itself. */
  stop(): void {
    this._isWanted = false;
    this._reset();
  }

  /** Goes on, but nobody waits for it. */
  skip(): void {
    if (this._state.kind === 'running') {
      this._set({ ...this._state, isSkipped: true });
    }
  }

  dispose(): void {
    this._abort?.abort();
    this._abort = null;
    Signal.clearData(this);
  }

  private _isVerdict(state: Verdict['state']): boolean {
    return (
      this._state.kind === 'verdict' && this._state.verdict.state === state
    );
  }

  private _onPreview(): void {
    const { status, previewed } = this._preview;
    if (status !== 'ready') {
      this._reset();
    } else if (this._isWanted && previewed !== this._of) {
      this._run();
    }
  }

  private _reset(): void {
    this._abort?.abort();
    this._abort = null;
    this._of = null;
    if (this._state !== NONE) {
      this._set(NONE);
    }
  }

  private _run(): void {
    const { status, previewed } = this._preview;
    this._reset();
    if (status === 'ready' && previewed) {
      const seconds = this._options.lastTook?.(previewed.snapshot) ?? 0;
      if (seconds > LONG && !this._isPatient) {
        this._of = previewed;
        this._set({ kind: 'long', seconds });
        return;
      }
      const abort = new AbortController();
      this._abort = abort;
      this._of = previewed;
      this._set({ kind: 'running', share: 0, label: '', isSkipped: false });
      void this._ask(previewed, abort.signal);
    }
  }

  private async _ask(
    previewed: IPreviewed,
    signal: AbortSignal,
    consent = false
  ): Promise<void> {
    const { answer, snapshot } = previewed;
    let last: VerifyLine | null = null;
    try {
      await this._client.verify(
        {
          notebook: snapshot,
          plan: answer.plan,
          ...namesGone(answer),
          consent
        },
        line => {
          last = line;
          if (line.kind === 'progress' && this._state.kind === 'running') {
            const { share, label } = line;
            this._tell(signal, { ...this._state, share, label });
          }
        },
        signal
      );
    } catch (error) {
      last = {
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error)
      };
    }
    if (signal.aborted) {
      return;
    }
    const end = (last ?? { kind: 'progress' }) as VerifyLine;
    if (end.kind === 'progress') {
      this._tell(signal, { kind: 'failed', message: this._broken });
    } else if (end.kind !== 'consent') {
      this._tell(signal, end);
    } else if (
      !consent &&
      end.effects.every(effect => this._agreed.has(keyOf(effect)))
    ) {
      await this._ask(previewed, signal, true);
    } else {
      this._tell(signal, end);
    }
  }

  private _tell(signal: AbortSignal, state: VerificationState): void {
    if (!signal.aborted) {
      this._set(state);
    }
  }

  private _set(state: VerificationState): void {
    this._state = state;
    this._changed.emit();
  }

  private _state: VerificationState = NONE;
  /** Whether it was asked for. */
  private _isWanted: boolean;
  /** Whether a person agreed to wait. */
  private _isPatient = false;
  /** What it runs, or ran. */
  private _of: IPreviewed | null = null;
  /** What a person agreed to; an edit may reach further. */
  private readonly _agreed = new Set<string>();
  private _abort: AbortController | null = null;
  private readonly _changed = new Signal<Verification, void>(this);
}

/** The same for what reaches the same. */
function keyOf({ cell, kind, what }: WorldEffect): string {
  return JSON.stringify([cell, kind, what]);
}
