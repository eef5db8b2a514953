import { lineDiff, sideBySide } from './lineDiff';

/** A difference as `diff` writes it, with the numbers. */
function written(before: string, after: string): string[] {
  return lineDiff(before, after).map(line =>
    line.kind === 'skipped'
      ? `~${line.count}`
      : `${{ same: ' ', added: '+', removed: '-' }[line.kind]}${line.number} ${line.text}`
  );
}

describe('lineDiff', () => {
  it('shows a changed line with those around it', () => {
    expect(written('a\nb\nc', 'a\nB\nc')).toEqual([
      ' 1 a',
      '-2 b',
      '+2 B',
      ' 3 c'
    ]);
  });

  it('calls a line added at the end added, and the line before it the same', () => {
    expect(written('a\nb', 'a\nb\nc')).toEqual([' 1 a', ' 2 b', '+3 c']);
  });

  it('calls a line added at the start added', () => {
    expect(written('a', 'new\na')).toEqual(['+1 new', ' 2 a']);
  });

  it('calls a last line that goes removed', () => {
    expect(written('a\nb', 'a')).toEqual([' 1 a', '-2 b']);
  });

  it('takes an empty text for no lines', () => {
    expect(written('', 'a\nb')).toEqual(['+1 a', '+2 b']);
    expect(written('a\nb', '')).toEqual(['-1 a', '-2 b']);
    expect(written('', '')).toEqual([]);
  });

  it('leaves out long stretches that are the same', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const after = [...lines];
    after[9] = 'other';
    expect(written(lines.join('\n'), after.join('\n'))).toEqual([
      '~6',
      ' 7 line 7',
      ' 8 line 8',
      ' 9 line 9',
      '-10 line 10',
      '+10 other',
      ' 11 line 11',
      ' 12 line 12',
      ' 13 line 13',
      '~7'
    ]);
  });

  it('compares the texts and shows them as they may be shown', () => {
    expect(
      lineDiff('key = 1', 'key = 2', text => text.replace(/\d/, '•'))
    ).toEqual([
      { kind: 'removed', number: 1, text: 'key = •' },
      { kind: 'added', number: 1, text: 'key = •' }
    ]);
  });
});

describe('sideBySide', () => {
  /** Each pair as `old number, old text | new number, new text`. */
  function beside(before: string, after: string): string[] {
    return sideBySide(lineDiff(before, after)).map(
      ({ left, leftNumber, right, skipped }) =>
        skipped > 0
          ? `~${skipped}`
          : [
              left ? `${leftNumber} ${left.text}` : '',
              right ? `${right.number} ${right.text}` : ''
            ].join(' | ')
    );
  }

  it('puts what was added beside what was removed', () => {
    expect(beside('a\nb\nc', 'a\nx\ny\nc')).toEqual([
      '1 a | 1 a',
      '2 b | 2 x',
      ' | 3 y',
      '3 c | 4 c'
    ]);
    expect(beside('a\nb\nc', 'c')).toEqual(['1 a | ', '2 b | ', '3 c | 1 c']);
  });

  it('counts the lines that are left out', () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`);
    expect(
      beside(['first', ...lines, 'x'].join('\n'), [...lines, 'y'].join('\n'))
    ).toEqual([
      '1 first | ',
      '2 line 1 | 1 line 1',
      '3 line 2 | 2 line 2',
      '4 line 3 | 3 line 3',
      '~3',
      '8 line 7 | 7 line 7',
      '9 line 8 | 8 line 8',
      '10 line 9 | 9 line 9',
      '11 x | 10 y'
    ]);
  });
});
