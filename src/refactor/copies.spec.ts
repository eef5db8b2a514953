import { copiesIn, filesOf, namesImported } from './copies';

describe('copies', () => {
  it('finds what is imported by its own name', () => {
    const found = namesImported([
      'import os\nfrom a.b import one, two as three',
      'if x:\n    from c import (\n        four,  # here\n        five,\n    )',
      '# from d import six',
      'from e import *'
    ]);
    expect([...found]).toEqual([
      ['one', 'a.b'],
      ['four', 'c'],
      ['five', 'c']
    ]);
  });

  it('finds what came from a module', () => {
    const found = copiesIn([
      '# nbq: from a.b import one (1a2b3c4d)\ndef one(): ...',
      '# two\n# nbq: from c import two\ndef two(): ...\n  # nbq: from c import not',
      '# nbq: ignore[NB401]'
    ]);
    expect([...found]).toEqual([
      ['one', 'a.b'],
      ['two', 'c']
    ]);
  });

  it('says where a module stands', () => {
    expect(filesOf('a.b')).toEqual(['a/b.py', 'a/b/__init__.py']);
  });
});
