import type { Notebook } from '../api/types';
import {
  nameOf,
  proposeConstantName,
  proposeFunctionName,
  proposeModule,
  proposeVariableName
} from './proposals';

/** A notebook of cells `c0`, `c1` …; what begins with `#` and a blank is Markdown. */
function notebook(...sources: string[]): Notebook {
  return {
    path: 'work/Customer churn 2.ipynb',
    cells: sources.map((source, index) => ({
      id: `c${index}`,
      cell_type: /^(md:)/.test(source) ? 'markdown' : 'code',
      source: source.replace(/^md:/, '')
    }))
  };
}

function propose(
  cells: Notebook,
  id: string,
  options: { taken?: string[]; lines?: [number, number] } = {}
): string {
  const { taken = [], lines } = options;
  return proposeFunctionName(
    cells,
    {
      cells: [id],
      range: lines
        ? {
            start: { line: lines[0], column: 0 },
            end: { line: lines[1], column: 80 }
          }
        : null
    },
    new Set(taken)
  );
}

describe('the name of a function', () => {
  it('is what the comment on top says', () => {
    expect(
      propose(notebook('md:# Features', '# Drop the empty rows\nx = 1'), 'c1')
    ).toBe('drop_empty_rows');
  });

  it('is that of the heading right above', () => {
    expect(
      propose(
        notebook('md:Words\n\n## 2.1 Build the *features*\nMore.', 'x = 1'),
        'c1'
      )
    ).toBe('build_features');
  });

  it('is what it makes where other code stands below the heading', () => {
    expect(propose(notebook('md:# Load', 'a = 1', 'b = a\nc = b'), 'c2')).toBe(
      'make_c'
    );
  });

  it('is that of the heading where it makes nothing', () => {
    expect(propose(notebook('md:# Load', 'a = 1', 'print(a)'), 'c2')).toBe(
      'load'
    );
  });

  it('is a word where nothing says anything', () => {
    expect(propose(notebook('print(1)'), 'c0')).toBe('step');
  });

  it('is not one that is taken, nor one of Python', () => {
    const cells = notebook('md:# Load', 'x = 1', 'md:# Print', 'y = 1');
    expect(propose(cells, 'c1', { taken: ['load', 'load_2'] })).toBe('load_3');
    expect(propose(cells, 'c3')).toBe('print_2');
  });

  it('is that of the lines that are selected', () => {
    const cells = notebook('# Read it\na = 1\n# Write it\nb = a\nc = b');
    expect(propose(cells, 'c0', { lines: [2, 3] })).toBe('write_it');
    expect(propose(cells, 'c0', { lines: [3, 3] })).toBe('make_b');
  });

  it('is no code that was commented out', () => {
    expect(propose(notebook('# x = f(1)\ny = 2'), 'c0')).toBe('make_y');
  });
});

describe('a name for an expression', () => {
  it.each([
    ['df.groupby("a").mean()', 'mean'],
    ['df["Total Charges"]', 'total_charges'],
    ['df.shape', 'shape'],
    ['df.sum(\n  axis=0)', 'sum_2'],
    ['sum(xs)', 'value'],
    ['a + b', 'value']
  ])('%j', (text, name) => {
    const source = `x = 1\ny = ${text}`;
    const lines = source.split('\n');
    const end = {
      line: lines.length - 1,
      column: lines[lines.length - 1].length
    };
    const range = { start: { line: 1, column: 4 }, end };
    expect(proposeVariableName(source, range, new Set())).toBe(name);
  });
});

describe('words as a name', () => {
  it.each([
    ["Don't panic, it's fine!", 'dont_panic_its_fine'],
    ['Größe der Stichprobe', 'größe_der_stichprobe'],
    ['one two three four five six', 'one_two_three_four'],
    ['3. 4 Models', 'models'],
    ['…', '']
  ])('%s', (words, name) => {
    expect(nameOf(words)).toBe(name);
  });
});

describe('the file for definitions', () => {
  it('is named after the heading, else after the notebook', () => {
    const target = { cells: ['c1'], range: null };
    expect(
      proposeModule(notebook('md:## The model of churn', 'x = 1'), target)
    ).toBe('model_churn.py');
    expect(proposeModule(notebook('y = 1', 'x = 1'), target)).toBe(
      'customer_churn_2_functions.py'
    );
  });
});

describe('the name of a constant', () => {
  it.each([
    ['f(random_state=«42»)', 'RANDOM_STATE'],
    ['def f(top: int = «5»):', 'TOP'],
    ['limit = «5»', 'LIMIT'],
    ["df['«'price in EUR'»']", 'PRICE_IN_EUR'],
    ['x == «5»', 'CONSTANT'],
    ['TAKEN = 1; f(taken=«5»)', 'TAKEN_2']
  ])('of %s', (marked, name) => {
    const start = marked.indexOf('«');
    const end = marked.indexOf('»') - 1;
    expect(
      proposeConstantName(
        marked.replace(/[«»]/g, ''),
        { start: { line: 0, column: start }, end: { line: 0, column: end } },
        new Set(['TAKEN'])
      )
    ).toBe(name);
  });
});
