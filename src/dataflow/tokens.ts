import { Token } from '@lumino/coreutils';

import type { CellRunner } from './runner';

/** Runs cells, one after the other; see `CellRunner`. */
export type ICellRunner = CellRunner;

export const ICellRunner = new Token<ICellRunner>(
  'jupyter-nbquality:ICellRunner',
  'Runs cells with those they need.'
);
