import { Token } from '@lumino/coreutils';

import type { Testing } from './testing';

/** Runs the tests of cells, and knows how they stand; see `Testing`. */
export type ITesting = Testing;

export const ITesting = new Token<ITesting>(
  'jupyter-nbquality:ITesting',
  'Runs the tests of cells, and knows how they stand.'
);
