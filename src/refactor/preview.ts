import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Notebook, Refusal } from '../api/types';
import type { FileTexts, IQualityClient, IQualityModel } from '../tokens';
import type { Answer, IRefactoring } from './refactoring';

/** Milliseconds from the last edit of a field to the question. */
const DELAY = 300;

/**
 * `asking`: what is shown is not of the fields and the notebook as they are; `ready`: it is, and can be applied;
 * `incomplete`: the fields are no question yet; `refused` and `failed`: see `refusal` and `message`.
 */
export type PreviewStatus =
  'asking' | 'ready' | 'incomplete' | 'refused' | 'failed';

/** An answer, with what it was computed for. */
export interface IPreviewed {
  readonly answer: Answer;
  readonly snapshot: Notebook;
  readonly texts: FileTexts;
}

export interface IPreviewOptions<Form> {
  readonly refactoring: IRefactoring<Form>;
  readonly model: Pick<IQualityModel, 'context' | 'takeSnapshot'>;
  readonly client: Pick<IQualityClient, 'refactor'>;
}

/**
 * Keeps the preview of a refactoring that of its fields and of the notebook as they are.
 */
export class Preview<Form> {
  constructor(private readonly _options: IPreviewOptions<Form>) {
    this._form = _options.refactoring.initial;
    _options.model.context.model.contentChanged.connect(this._onEdit, this);
    void this._ask();
  }

  get form(): Form {
    return this._form;
  }

  get status(): PreviewStatus {
    return this._status;
  }

  /** The last answer; stays while another is asked for. */
  get previewed(): IPreviewed | null {
    return this._previewed;
  }

  /** Why not, when `status` is `refused`. */
  get refusal(): Refusal | null {
    return this._refusal;
  }

  /** A sentence, when `status` is `incomplete` or `failed`. */
  get message(): string {
    return this._message;
  }

  /** The texts of the files that the last question spoke of. */
  get texts(): FileTexts {
    return this._texts;
  }

  /** Anything above changed. */
  get changed(): ISignal<Preview<Form>, void> {
    return this._changed;
  }

  /** A field was edited. */
  change(change: Partial<Form>): void {
    this._form = { ...this._form, ...change };
    this._soon();
  }

  /** Whether the notebook still is the one that was asked about. */
  get isCurrent(): boolean {
    const now = this._options.model.context.model.sharedModel.cells;
    const then = this._asked?.cells ?? [];
    return (
      now.length === then.length &&
      now.every(
        (cell, index) =>
          cell.id === then[index].id &&
          cell.cell_type === then[index].cell_type &&
          cell.source === then[index].source
      )
    );
  }

  dispose(): void {
    window.clearTimeout(this._timer);
    this._abort?.abort();
    this._abort = null;
    Signal.clearData(this);
  }

  private _onEdit(): void {
    // Also called for outputs and execution counts.
    if (!this.isCurrent) {
      this._soon();
    }
  }

  private _soon(): void {
    this._abort?.abort();
    this._abort = null;
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this._ask(), DELAY);
    this._set('asking');
  }

  private async _ask(): Promise<void> {
    const { refactoring, model, client } = this._options;
    const problem = refactoring.problem(this._form);
    if (problem) {
      this._asked = model.takeSnapshot();
      this._set('incomplete', problem);
      return;
    }
    const abort = new AbortController();
    this._abort = abort;
    const snapshot = model.takeSnapshot();
    this._asked = snapshot;
    this._set('asking');
    try {
      const { wish, texts } = await refactoring.question(this._form);
      if (abort.signal.aborted) {
        return;
      }
      this._texts = texts;
      const reply = await client.refactor(
        { notebook: snapshot, wish },
        abort.signal
      );
      if (abort.signal.aborted) {
        return;
      }
      if (reply.kind === 'refusal') {
        this._refusal = reply;
        this._set('refused');
      } else {
        this._previewed = { answer: reply, snapshot, texts };
        this._set('ready');
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this._set(
          'failed',
          error instanceof Error ? error.message : String(error)
        );
      }
    }
  }

  private _set(status: PreviewStatus, message = ''): void {
    this._status = status;
    this._message = message;
    this._changed.emit();
  }

  private _form: Form;
  private _status: PreviewStatus = 'asking';
  private _previewed: IPreviewed | null = null;
  private _refusal: Refusal | null = null;
  private _message = '';
  private _texts: FileTexts = new Map();
  /** The notebook that was asked about last. */
  private _asked: Notebook | null = null;
  private _abort: AbortController | null = null;
  private _timer = 0;
  private readonly _changed = new Signal<Preview<Form>, void>(this);
}
