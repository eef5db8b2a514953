import type { TranslationBundle } from '@jupyterlab/translation';

import { cellReference } from '../components/cellNames';
import type { IQualityModel } from '../tokens';
import type { IRefactoring } from './refactoring';
import { listing } from './words';

/**
 * One cell in place of several.
 *
 * @param cells - Their ids.
 */
export function mergeCells(
  cells: readonly string[],
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<object> {
  const names = listing(
    cells.map(cell => cellReference(model, cell, trans)?.label ?? ''),
    trans
  );
  return {
    title: trans.__('Merge cells'),
    initial: {},
    lead: () => trans.__('Makes one cell of %1.', names),
    problem: () => '',
    question: () =>
      Promise.resolve({
        wish: { refactoring: 'merge', cells: [...cells] },
        texts: new Map()
      }),
    Fields: null,
    notes: answer =>
      answer.kind === 'merge'
        ? answer.warnings.map(text => ({ text, isWarning: true }))
        : [],
    done: () => trans.__('Merged %1.', names)
  };
}
