import type { IDisposable } from '@lumino/disposable';
import { DisposableDelegate } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type {
  ICardPart,
  ICount,
  IPanelRegistry,
  ISection,
  IToolbarAction
} from '../tokens';

/**
 * Keeps what the features show in the panel, by rank.
 */
export class PanelRegistry implements IPanelRegistry {
  get sections(): readonly ISection[] {
    return this._sections;
  }

  get cardParts(): readonly ICardPart[] {
    return this._cardParts;
  }

  get counts(): readonly ICount[] {
    return this._counts;
  }

  get actions(): readonly IToolbarAction[] {
    return this._actions;
  }

  get changed(): ISignal<PanelRegistry, void> {
    return this._changed;
  }

  addSection(section: ISection): IDisposable {
    return this._add(this._sections, section);
  }

  addCardPart(part: ICardPart): IDisposable {
    return this._add(this._cardParts, part);
  }

  addCount(count: ICount): IDisposable {
    return this._add(this._counts, count);
  }

  addAction(action: IToolbarAction): IDisposable {
    return this._add(this._actions, action);
  }

  refresh(): void {
    this._changed.emit();
  }

  /** @throws Error - Where an entry of this id is there already. */
  private _add<T extends { id: string; rank: number }>(
    entries: T[],
    entry: T
  ): IDisposable {
    if (entries.some(({ id }) => id === entry.id)) {
      throw new Error(`The panel has an entry of the id ${entry.id} already.`);
    }
    entries.push(entry);
    entries.sort((one, other) => one.rank - other.rank);
    this._changed.emit();
    return new DisposableDelegate(() => {
      entries.splice(entries.indexOf(entry), 1);
      this._changed.emit();
    });
  }

  private readonly _sections: ISection[] = [];
  private readonly _cardParts: ICardPart[] = [];
  private readonly _counts: ICount[] = [];
  private readonly _actions: IToolbarAction[] = [];
  private _changed = new Signal<PanelRegistry, void>(this);
}
