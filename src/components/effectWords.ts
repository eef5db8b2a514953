import type { TranslationBundle } from '@jupyterlab/translation';

import type { WorldEffect } from '../api/types';
import { maskSecrets } from '../notebook/secretMask';

/** What a cell does beyond the folder of its notebook, to stand behind its name; code stands in backquotes. */
export function effectWords(
  { kind, what }: WorldEffect,
  trans: TranslationBundle
): string {
  switch (kind) {
    case 'writes-file':
      return what
        ? trans.__('writes `%1`.', maskSecrets(what))
        : trans.__('writes files; where, is known only when it runs.');
    case 'network':
      return trans.__('uses the network.');
    case 'database':
      return trans.__('uses a database.');
    case 'subprocess':
      return trans.__('starts other programs.');
    case 'environment':
      return trans.__('changes what is installed.');
  }
}
