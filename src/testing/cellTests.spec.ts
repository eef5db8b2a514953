import {
  nameFor,
  readTests,
  titleFor,
  withTest,
  withoutTest
} from './cellTests';

const TEST = {
  title: 'One row per customer',
  name: 'one_row_per_customer',
  source: 'assert len(df) == 3\nassert df.ok\n',
  timeout: null,
  engine: null
};

describe('the tests in the metadata of a cell', () => {
  it('come back as they were written', () => {
    const ours = withTest({ ignore: ['F401'] }, TEST, null);
    expect(ours).toEqual({
      ignore: ['F401'],
      tests: [
        {
          title: 'One row per customer',
          name: 'one_row_per_customer',
          source: ['assert len(df) == 3\n', 'assert df.ok\n']
        }
      ]
    });
    expect(readTests(ours)).toEqual({
      tests: [{ ...TEST, place: 0 }],
      malformed: 0
    });
    expect(withoutTest(ours, 0)).toEqual({ ignore: ['F401'] });
  });

  it('keep what other versions wrote, and what is not understood', () => {
    const ours = {
      tests: [
        'nonsense',
        {
          title: 'Old',
          name: 'old',
          source: 'assert a',
          colour: 'blue',
          options: { marks: ['slow'], engine: 'clean', timeout: 3 }
        }
      ]
    };
    const { tests, malformed } = readTests(ours);
    expect(malformed).toBe(1);
    expect(tests[0]).toMatchObject({ engine: 'clean', timeout: 3, place: 1 });
    expect(
      withTest(ours, { ...tests[0], source: 'assert b', timeout: null }, 1)
    ).toEqual({
      tests: [
        'nonsense',
        {
          title: 'Old',
          name: 'old',
          source: ['assert b'],
          colour: 'blue',
          options: { marks: ['slow'], engine: 'clean' }
        }
      ]
    });
  });

  it.each([
    [undefined, 0],
    [{ tests: 'none' }, 0],
    [{ tests: [{ name: 'no source' }] }, 1],
    [{ tests: [{ name: 'a b', source: '' }] }, 1],
    [{ tests: [{ name: 'a', source: [1] }] }, 1],
    [{ tests: [{ name: 'a', source: '', title: 3 }] }, 1],
    [{ tests: [{ name: 'a', source: '', options: [] }] }, 1],
    [{ tests: [{ name: 'a', source: '', options: { timeout: 0 } }] }, 1],
    [{ tests: [{ name: 'a', source: '', options: { engine: 'x' } }] }, 1],
    [{ tests: [{ name: 'a', source: '', options: { marks: [''] } }] }, 1]
  ])('are none in %j', (ours, malformed) => {
    expect(readTests(ours)).toEqual({ tests: [], malformed });
  });

  it('have names of their own', () => {
    const one = { name: 'a', source: '' };
    expect(readTests({ tests: [one, one] }).malformed).toBe(1);
  });
});

describe('the name of a test', () => {
  it.each([
    ['AUC above 0.80', 'auc_above_0_80'],
    ['  Größe: größer als 3!', 'gro_e_gro_er_als_3'],
    ['比率', 'test'],
    ['taken', 'taken_2']
  ])('%s', (title, name) => {
    expect(nameFor(title, new Set(['taken']))).toBe(name);
  });
});

describe('the title of a test that was given none', () => {
  it.each([
    ['# why\nassert total == 3', 'total == 3'],
    ['import math\n\ndef test_the_sum(): ...', 'the sum'],
    ['', '']
  ])('%j', (source, title) => {
    expect(titleFor(source)).toBe(title);
  });
});
