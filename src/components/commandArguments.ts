import type { ReadonlyJSONObject } from '@lumino/coreutils';

/** Of commands that take no arguments. */
export const NO_ARGUMENTS: { args: ReadonlyJSONObject } = {
  args: { type: 'object', properties: {}, additionalProperties: false }
};

/** Of commands about a cell: its id, or `clicked` in the context menu; else the active one, or what is selected, is meant. */
export const CELL_ARGUMENTS: { args: ReadonlyJSONObject } = {
  args: {
    type: 'object',
    properties: {
      cell: { type: 'string' },
      clicked: { type: 'boolean' }
    },
    additionalProperties: false
  }
};
