import { nameAt } from './nameAt';

describe('nameAt', () => {
  it.each([
    ['df = raw.head()', 0, 'df'],
    ['df = raw.head()', 2, 'df'],
    ['df = raw.head()', 6, 'raw'],
    ['df = raw.head()', 10, null],
    ['df = raw. head()', 12, null],
    ['df =  3', 4, null],
    ['größe = 1', 3, 'größe'],
    ['', 0, null]
  ])('%j at %d', (line, column, name) => {
    expect(nameAt(line, column)).toBe(name);
  });
});
