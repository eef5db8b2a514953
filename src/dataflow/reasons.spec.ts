import { nullTranslator } from '@jupyterlab/translation';

import type { CellStaleness, Reason } from '../api/types';
import {
  maybeSentence,
  nameWords,
  plainText,
  reasonNote,
  reasonSentence,
  rootReason
} from './reasons';

const trans = nullTranslator.load('jupyter_nbquality');

function reason(
  kind: Reason['kind'],
  name = 'df',
  cell: string | null = 'c3'
): Reason {
  return { kind, name, cell };
}

const said = (why: Reason): string =>
  plainText(reasonSentence(why, trans), () => '[3]');
const noted = (why: Reason): string =>
  plainText(reasonNote(why, trans), () => '[3]');

describe('reasonSentence', () => {
  it.each<[Reason, string]>([
    [reason('edited', '', null), 'Edited since it ran.'],
    [reason('input-edited'), '[3] was edited, so df may differ.'],
    [reason('input-changed-later'), '[3] changed df after this ran.'],
    [reason('input-ran-later'), '[3] set df anew after this ran.'],
    [
      reason('input-ran-later', 'file:a.csv'),
      '[3] wrote a.csv after this ran.'
    ],
    [
      reason('input-not-run'),
      '[3], which gives df, did not run in this session.'
    ],
    [reason('input-stale'), '[3], which gives df, is stale.'],
    [
      reason('other-input'),
      'It took df from [3], and would take it from another cell in notebook order.'
    ],
    [
      reason('ghost', 'df', null),
      'df came from code that is no longer in the notebook.'
    ],
    [reason('ghost'), 'df came from code that is no longer in [3].'],
    [
      reason('module-edited', 'helpers', null),
      'The module helpers was edited after this ran.'
    ],
    [
      reason('module-outdated', 'helpers', null),
      'The module helpers was edited after the kernel imported it; restart the kernel to use it.'
    ]
  ])('%j', (why, sentence) => {
    expect(said(why)).toBe(sentence);
  });

  it('tells the cell and the code apart from the words', () => {
    expect(reasonSentence(reason('input-edited'), trans)).toEqual([
      { kind: 'cell', id: 'c3' },
      { kind: 'words', text: ' was edited, so ' },
      { kind: 'code', text: 'df' },
      { kind: 'words', text: ' may differ.' }
    ]);
  });

  it('takes no harm from a path with marks of its own', () => {
    expect(said(reason('input-edited', 'file:a`b\uE000c\uE001.csv'))).toBe(
      '[3] was edited, so abc.csv may differ.'
    );
  });
});

describe('a path with a password', () => {
  it('is masked', () => {
    const path = 'file:postgresql://me:hunter2hunter2@host/db';
    expect(said(reason('input-edited', path))).not.toContain('hunter2');
    expect(noted(reason('input-edited', path))).not.toContain('hunter2');
  });
});

describe('reasonNote', () => {
  it.each<[Reason, string]>([
    [reason('input-edited'), 'Stale: df changed in [3]'],
    [reason('input-changed-later'), 'Stale: df changed in [3]'],
    [reason('input-ran-later'), 'Stale: df changed in [3]'],
    [reason('input-not-run'), 'Stale: [3], which gives df, did not run'],
    [reason('input-stale'), 'Stale: [3], which gives df, is stale'],
    [reason('other-input'), 'Stale: df came from [3], out of order'],
    [
      reason('own-result'),
      'Stale: ran more than once, and changed df each time'
    ],
    [
      reason('ghost', 'df', null),
      'Stale: df came from code that is no longer in the notebook'
    ],
    [reason('ghost'), 'Stale: df came from code that is no longer in [3]'],
    [
      reason('module-edited', 'helpers', null),
      'Stale: the module helpers was edited'
    ]
  ])('%j', (why, note) => {
    expect(noted(why)).toBe(note);
  });
});

describe('maybeSentence', () => {
  it.each<[Reason, string]>([
    [reason('input-changed-later'), 'df may have changed in [3].'],
    [reason('ghost', 'df', null), 'df may have changed.']
  ])('%j', (why, sentence) => {
    expect(plainText(maybeSentence(why, trans), () => '[3]')).toBe(sentence);
  });
});

describe('rootReason', () => {
  const stale = (cell: string, ...reasons: Reason[]): CellStaleness => ({
    cell,
    state: 'stale',
    reasons,
    maybe: []
  });

  it('follows stale cells up to what made them so', () => {
    const root = reason('input-edited', 'df', 'c1');
    const cells = new Map([
      ['c2', stale('c2', root)],
      ['c3', stale('c3', reason('input-stale', 'x', 'c2'))]
    ]);
    expect(rootReason(reason('input-stale', 'y', 'c3'), cells)).toEqual(root);
  });

  it('comes to an end where cells name each other', () => {
    const cells = new Map([
      ['c2', stale('c2', reason('input-stale', 'x', 'c3'))],
      ['c3', stale('c3', reason('input-stale', 'y', 'c2'))]
    ]);
    expect(rootReason(reason('input-stale', 'z', 'c2'), cells).kind).toBe(
      'input-stale'
    );
  });
});

describe('nameWords', () => {
  it.each([
    ['df', '`df`'],
    ['file:data/a.csv', '`data/a.csv`'],
    ['file:?', 'a file'],
    ['state:directory', 'the working directory'],
    ['state:random numpy', 'the random state']
  ])('%s', (name, words) => {
    expect(nameWords(name, trans)).toBe(words);
  });
});
