import { findTarget, pathIn } from './goTo';

const cells = [
  { id: 'intro', execution_count: null },
  { id: 'a1b2c3d4', execution_count: 4 },
  { id: '3', execution_count: 1 },
  { id: 'load-data', execution_count: null }
];

describe('findTarget', () => {
  it.each([
    ['[4]', 1],
    ['[4]:', 1],
    ['[ 1 ]', 2],
    ['cell 4', 3],
    ['Cell 4', 3],
    ['In [4]', 1],
    ['In[1]:', 2],
    ['#2', 1],
    ['2', 1],
    ['a1b2c3d4', 1],
    // An id that looks like a number is an id first.
    ['3', 2],
    ['  load-data  ', 3],
    ['error in cell "load-data" (NB301)', 3]
  ])('finds %p', (text, index) => {
    expect(findTarget(text, cells)).toEqual({
      index,
      line: null,
      column: null,
      path: null
    });
  });

  it.each([
    ['churn.ipynb:cell 2:3:5: NB301 `/home` is here', 'churn.ipynb'],
    ['examples/a b.ipynb:cell 2:3:5', 'examples/a b.ipynb'],
    [' --> examples/churn.ipynb:cell 2:3:5', 'examples/churn.ipynb'],
    [
      '::error file=a%2C b.ipynb,line=9,endLine=9,title=nbquality NB301 (absolute-path)::cell 2:3:5: `/home`. See cell 1.',
      'a, b.ipynb'
    ],
    ['Warning: cell 2:3:5: `/home` is here', null],
    ['##[warning]cell 2:3:5: `/home` is here', null],
    ['2026-11-22T04:00:01.12Z a b.ipynb:cell 2:3:5: NB301', 'a b.ipynb'],
    ['| `a b.ipynb` | cell 2:3:5 | NB301 | `/home` is here |', 'a b.ipynb']
  ])('finds the place that %p reports', (text, path) => {
    expect(findTarget(text, cells)).toEqual({
      index: 1,
      line: 2,
      column: 4,
      path
    });
    expect(pathIn(text)).toBe(path);
  });

  it.each(['Cell In[4], line 3', 'cell 2, line 3'])(
    'finds the line that %p names',
    text => {
      expect(findTarget(text, cells)).toEqual({
        index: 1,
        line: 2,
        column: null,
        path: null
      });
    }
  );

  it.each(['', '   ', '[9]', 'cell 0', 'cell 5', '#12', 'nothing like it'])(
    'finds nothing for %p',
    text => {
      expect(findTarget(text, cells)).toBeNull();
    }
  );
});
