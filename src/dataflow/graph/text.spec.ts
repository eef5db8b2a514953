import { cut, cutToWidth, widthOf } from './text';

describe('texts', () => {
  it('are as wide as their characters', () => {
    expect(widthOf('df')).toBe(2);
    expect(widthOf('変数')).toBe(4);
    expect(widthOf('🎉')).toBe(2);
  });

  it('are cut between characters', () => {
    expect(cut('🎉🎉🎉', 2)).toBe('🎉…');
    expect(cut('abc', 3)).toBe('abc');
    expect(cutToWidth('変数変数', 5)).toBe('変数…');
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
  });
});
