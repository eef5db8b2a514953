import { lineDiff } from './lineDiff';

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
