import { Token } from '@lumino/coreutils';

import type { LintActions } from './actions';

/** What a person does about findings; see `LintActions`. */
export type ILintActions = Pick<LintActions, keyof LintActions>;

export const ILintActions = new Token<ILintActions>(
  'jupyter-nbquality:ILintActions',
  'Does what a person chooses about a finding: fix it, silence it, read about it.'
);
