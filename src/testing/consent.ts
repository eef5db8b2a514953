import type { TranslationBundle } from '@jupyterlab/translation';

import type { WorldEffect } from '../api/types';
import { cellReference } from '../components/cellNames';
import { codeParts } from '../components/codeText';
import { effectWords } from '../components/effectWords';
import type { IQualityModel } from '../tokens';
import { ask } from './ask';

/** Asks whether cells may run that reach out of the folder of their notebook; each is asked about once. */
export class Consents {
  constructor(private readonly _trans: TranslationBundle) {}

  /** Whether they may run. */
  async ask(
    model: IQualityModel,
    effects: readonly WorldEffect[]
  ): Promise<boolean> {
    const given = this._given.get(model) ?? new Set();
    this._given.set(model, given);
    const keys = effects.map(effect => keyOf(model, effect));
    if (keys.every(key => given.has(key))) {
      return true;
    }
    const trans = this._trans;
    const isGiven = await ask(
      trans.__('Run cells that reach out of the folder?'),
      this._body(model, effects),
      trans.__('Run all the same'),
      trans
    );
    if (isGiven) {
      keys.forEach(key => given.add(key));
    }
    return isGiven;
  }

  private _body(
    model: IQualityModel,
    effects: readonly WorldEffect[]
  ): HTMLElement {
    const trans = this._trans;
    const node = document.createElement('div');
    const lead = document.createElement('p');
    lead.textContent = trans.__(
      'From a clean start, the cells that a test needs run again, in a copy of the folder of the notebook. These do more:'
    );
    const list = document.createElement('ul');
    for (const effect of effects) {
      const entry = document.createElement('li');
      const name = document.createElement('code');
      name.textContent = cellReference(model, effect.cell, trans)?.label ?? '';
      entry.append(name, ' ');
      for (const { text, isCode } of codeParts(effectWords(effect, trans))) {
        const part = document.createElement(isCode ? 'code' : 'span');
        part.textContent = text;
        entry.append(part);
      }
      list.append(entry);
    }
    node.append(lead, list);
    return node;
  }

  private readonly _given = new WeakMap<IQualityModel, Set<string>>();
}

/** What is agreed to: what a cell does, as it is written now. */
function keyOf(
  model: IQualityModel,
  { cell, kind, what }: WorldEffect
): string {
  return JSON.stringify([cell, kind, what, model.currentSource(cell)]);
}
