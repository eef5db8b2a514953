import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Notebook, Verdict, VerifyLine, WorldEffect } from '../api/types';
import type { IQualityClient } from '../tokens';
import type { IPreviewed, PreviewStatus } from './preview';
import type { QuickCheck } from './quickCheck';
import { namesGone } from './refactoring';

/**
 * `none`: not verified; `long`: nothing was run, as it took long the last time; `running`: under way, and what is done of it; `consent`: nothing was run, as it reaches out of
 * the notebook's folder; `verdict`: see there; `failed`: it went wrong on the way.
 */
export type VerificationState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly isQuick: boolean;
      readonly share: number;
      readonly label: string;
      /** Whether the kernel is busy with something else. */
      readonly isWaiting: boolean;
      /** Whether the person does not wait for it. */
      readonly isSkipped: boolean;
    }
  | { readonly kind: 'long'; readonly seconds: number }
  | { readonly kind: 'consent'; readonly effects: readonly WorldEffect[] }
  | {
      readonly kind: 'verdict';
      readonly isQuick: boolean;
      readonly verdict: Verdict;
      /** The cells of a quick check whose inputs were stale. */
      readonly stale: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly isQuick: boolean;
      readonly message: string;
    };

/**
 * `quick`: what changes, on what the kernel holds; `full`: the notebook, in kernels of its own; `both`: quick where that
 * decides, else full.
 */
export type Strength = 'quick' | 'full' | 'both';

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
  /** Checks in the live kernel. */
  readonly quick?: Pick<
    QuickCheck,
    'obstacle' | 'isAtOnce' | 'changed' | 'run'
  >;
  /** How many seconds the cells took when they ran last. */
  lastTook?(snapshot: Notebook): number;
}

/** What takes longer than so many seconds is asked for once more. */
const LONG = 60;

const NONE: VerificationState = { kind: 'none' };

/**
 * Runs the old and the new code of a preview when it is asked to, or always, and from then on again after each edit, in the
 * same strength. What it says is always of what the preview shows.
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

  /** Checks in the live kernel; null where that is not offered. */
  get quick(): IVerificationOptions['quick'] | null {
    return this._options.quick ?? null;
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
  start(strength: Strength = 'full'): void {
    this._isWanted = true;
    this._strength = strength;
    this._run();
  }

  /** Agrees to what it reaches, and asks for it again. */
  consent(): void {
    if (this._state.kind === 'consent') {
      for (const effect of this._state.effects) {
        this._agreed.add(keyOf(effect));
      }
      this._run('full');
    }
  }

  /** Agrees to wait, and asks for it again. */
  wait(): void {
    this._isPatient = true;
    this._run('full');
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

  private _run(strength = this._strength): void {
    const { status, previewed } = this._preview;
    this._reset();
    if (status !== 'ready' || !previewed) {
      return;
    }
    this._of = previewed;
    const { quick } = this;
    // A person who did not ask for it would wonder what it waits for.
    if (
      quick &&
      (strength === 'quick' || (strength === 'both' && quick.isAtOnce))
    ) {
      const { signal } = this._begin(true);
      void this._check(previewed, quick, strength, signal);
    } else {
      this._runFull(previewed);
    }
  }

  private _runFull(previewed: IPreviewed, isSkipped = false): void {
    const seconds = this._options.lastTook?.(previewed.snapshot) ?? 0;
    if (seconds > LONG && !this._isPatient) {
      this._set({ kind: 'long', seconds });
      return;
    }
    const { signal } = this._begin(false, isSkipped);
    void this._ask(previewed, signal);
  }

  private _begin(isQuick: boolean, isSkipped = false): AbortController {
    this._abort = new AbortController();
    this._set({
      kind: 'running',
      isQuick,
      share: 0,
      label: '',
      isWaiting: false,
      isSkipped
    });
    return this._abort;
  }

  private async _check(
    { answer, snapshot }: IPreviewed,
    quick: Pick<QuickCheck, 'run'>,
    strength: Strength,
    signal: AbortSignal
  ): Promise<void> {
    let end: VerificationState;
    try {
      const { verdict, stale } = await quick.run(
        { notebook: snapshot, plan: answer.plan, ...namesGone(answer) },
        isWaiting => {
          if (this._state.kind === 'running') {
            this._tell(signal, { ...this._state, isWaiting });
          }
        },
        signal
      );
      end = { kind: 'verdict', isQuick: true, verdict, stale };
    } catch (error) {
      end = { kind: 'failed', isQuick: true, message: messageOf(error) };
    }
    if (strength === 'both' && !isDecided(end) && !signal.aborted) {
      const { _state: state, _of: previewed } = this;
      this._runFull(previewed!, state.kind === 'running' && state.isSkipped);
    } else {
      this._tell(signal, end);
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
      last = { kind: 'failed', message: messageOf(error) };
    }
    if (signal.aborted) {
      return;
    }
    const end = (last ?? { kind: 'progress' }) as VerifyLine;
    if (end.kind === 'progress') {
      this._tell(signal, {
        kind: 'failed',
        isQuick: false,
        message: this._broken
      });
    } else if (end.kind === 'verdict') {
      this._tell(signal, { ...end, isQuick: false, stale: [] });
    } else if (end.kind === 'failed') {
      this._tell(signal, { ...end, isQuick: false });
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
  private _strength: Strength = 'both';
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

/** Whether nothing is left to be found out. */
function isDecided(state: VerificationState): boolean {
  return (
    state.kind === 'verdict' &&
    state.verdict.state !== 'could-not-run' &&
    state.stale.length === 0
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
