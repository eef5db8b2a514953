import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellStaleness, Reason } from '../api/types';
import { codeParts } from '../components/codeText';
import { maskSecrets } from '../notebook/secretMask';

/** A piece of a sentence: words, code, or the name of a cell. */
export type ReasonPart =
  | { readonly kind: 'words' | 'code'; readonly text: string }
  | { readonly kind: 'cell'; readonly id: string };

/** Stand around the id of a cell in a sentence; no text of a person's has them. */
const [CELL, END] = ['\uE000', '\uE001'];

/** What has no name in the code. */
const FILE = 'file:';
const STATE = 'state:';

/**
 * Why a cell is stale, a whole sentence for its card: `[3] was edited, so df may differ.`
 */
export function reasonSentence(
  reason: Reason,
  trans: TranslationBundle
): ReasonPart[] {
  const name = nameWords(reason.name, trans);
  const cell = mark(reason.cell);
  const isFile = reason.name.startsWith(FILE);
  switch (reason.kind) {
    case 'edited':
      return partsOf(trans.__('Edited since it ran.'));
    case 'input-edited':
      return partsOf(trans.__('%1 was edited, so %2 may differ.', cell, name));
    case 'input-changed-later':
      return partsOf(trans.__('%1 changed %2 after this ran.', cell, name));
    case 'input-ran-later':
      return partsOf(
        isFile
          ? trans.__('%1 wrote %2 after this ran.', cell, name)
          : trans.__('%1 set %2 anew after this ran.', cell, name)
      );
    case 'input-not-run':
      return partsOf(
        trans.__('%1, which gives %2, did not run in this session.', cell, name)
      );
    case 'input-stale':
      return partsOf(trans.__('%1, which gives %2, is stale.', cell, name));
    case 'other-input':
      return partsOf(
        trans.__(
          'It took %2 from %1, and would take it from another cell in notebook order.',
          cell,
          name
        )
      );
    case 'own-result':
      return partsOf(
        trans.__('It ran more than once and changed %1 each time.', name)
      );
    case 'ghost':
      return partsOf(
        reason.cell === null
          ? trans.__(
              '%1 came from code that is no longer in the notebook.',
              name
            )
          : trans.__('%2 came from code that is no longer in %1.', cell, name)
      );
    case 'module-edited':
      return partsOf(
        trans.__('The module %1 was edited after this ran.', name)
      );
    case 'module-outdated':
      return partsOf(
        trans.__(
          'The module %1 was edited after the kernel imported it; restart the kernel to use it.',
          name
        )
      );
  }
}

/**
 * Why a cell is stale, in few words for a mark in the notebook: `Stale: df changed in [3]`.
 */
export function reasonNote(
  reason: Reason,
  trans: TranslationBundle
): ReasonPart[] {
  const name = nameWords(reason.name, trans);
  const cell = mark(reason.cell);
  switch (reason.kind) {
    case 'edited':
      return partsOf(trans.__('Edited since it ran'));
    case 'input-edited':
    case 'input-changed-later':
    case 'input-ran-later':
      return partsOf(trans.__('Stale: %2 changed in %1', cell, name));
    case 'input-not-run':
      return partsOf(
        trans.__('Stale: %1, which gives %2, did not run', cell, name)
      );
    case 'input-stale':
      return partsOf(
        trans.__('Stale: %1, which gives %2, is stale', cell, name)
      );
    case 'other-input':
      return partsOf(
        trans.__('Stale: %2 came from %1, out of order', cell, name)
      );
    case 'own-result':
      return partsOf(
        trans.__('Stale: ran more than once, and changed %1 each time', name)
      );
    case 'ghost':
      return partsOf(
        reason.cell === null
          ? trans.__(
              'Stale: %1 came from code that is no longer in the notebook',
              name
            )
          : trans.__(
              'Stale: %2 came from code that is no longer in %1',
              cell,
              name
            )
      );
    case 'module-edited':
    case 'module-outdated':
      return partsOf(trans.__('Stale: the module %1 was edited', name));
  }
}

/**
 * What may have changed though nobody knows, a quiet sentence for the card: `df may have changed in [3].`
 */
export function maybeSentence(
  reason: Reason,
  trans: TranslationBundle
): ReasonPart[] {
  const name = nameWords(reason.name, trans);
  return partsOf(
    reason.cell === null
      ? trans.__('%1 may have changed.', name)
      : trans.__('%2 may have changed in %1.', mark(reason.cell), name)
  );
}

/** A sentence as plain text, with the cells named by whoever asks. */
export function plainText(
  parts: readonly ReasonPart[],
  label: (cell: string) => string
): string {
  return parts
    .map(part => (part.kind === 'cell' ? label(part.id) : part.text))
    .join('');
}

/**
 * The reason that stands at the beginning of a chain of stale cells: not that the cell above is stale, but why that one
 * is.
 */
export function rootReason(
  reason: Reason,
  staleness: ReadonlyMap<string, CellStaleness>
): Reason {
  const seen = new Set<string>();
  let root = reason;
  while (
    root.kind === 'input-stale' &&
    root.cell !== null &&
    !seen.has(root.cell)
  ) {
    seen.add(root.cell);
    const next = staleness
      .get(root.cell)
      ?.reasons.find(({ kind }) => kind !== 'edited');
    if (!next) {
      break;
    }
    root = next;
  }
  return root;
}

/** A name as it is shown: a file by its path, what has no name in words. */
export function nameWords(name: string, trans: TranslationBundle): string {
  if (name === `${FILE}*` || name === `${FILE}?`) {
    return trans.__('a file');
  }
  if (name.startsWith(FILE)) {
    return quoted(name.slice(FILE.length));
  }
  if (!name.startsWith(STATE)) {
    return quoted(name);
  }
  const [state] = name.slice(STATE.length).split(' ');
  switch (state) {
    case 'directory':
      return trans.__('the working directory');
    case 'environment':
      return trans.__('the environment');
    case 'random':
      return trans.__('the random state');
    case 'display':
      return trans.__('how results are shown');
    case 'modules':
      return trans.__('the installed modules');
    default:
      return trans.__('the state of %1', quoted(state));
  }
}

/** As code; a path can hold a password. */
function quoted(name: string): string {
  return `\`${maskSecrets(name).replace(/[`\uE000\uE001]/g, '')}\``;
}

function mark(cell: string | null): string {
  return cell === null ? '' : CELL + cell + END;
}

function partsOf(sentence: string): ReasonPart[] {
  return codeParts(sentence).flatMap(({ text, isCode }): ReasonPart[] =>
    isCode
      ? [{ kind: 'code', text }]
      : text
          .split(new RegExp(`${CELL}([^${END}]*)${END}`))
          .map((piece, index): ReasonPart =>
            index % 2 === 1
              ? { kind: 'cell', id: piece }
              : { kind: 'words', text: piece }
          )
          .filter(part => part.kind === 'cell' || part.text !== '')
  );
}
