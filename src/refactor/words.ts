import type { TranslationBundle } from '@jupyterlab/translation';

import { cellReference } from '../components/cellNames';
import type { IQualityModel } from '../tokens';
import type { ITarget } from './target';

/** Words one after the other: `a`, `a and b`, `a, b and c`. */
export function listing(
  words: readonly string[],
  trans: TranslationBundle
): string {
  if (words.length < 2) {
    return words.join('');
  }
  return trans.__(
    '%1 and %2',
    words.slice(0, -1).join(', '),
    words[words.length - 1]
  );
}

/** Names as code, for a sentence. */
export function listed(
  names: readonly string[],
  trans: TranslationBundle
): string {
  return listing(
    names.map(name => `\`${name}\``),
    trans
  );
}

/** What is refactored: `[4]`, `[4] and [5]`, `the selected lines of [4]`. */
export function targetWords(
  target: ITarget,
  model: IQualityModel,
  trans: TranslationBundle
): string {
  const cells = listing(
    target.cells.map(cell => cellReference(model, cell, trans)?.label ?? ''),
    trans
  );
  return target.range ? trans.__('the selected lines of %1', cells) : cells;
}
