import { countFunctions, hasOtherCode, namesDefined } from './definitions';

const SOURCE = `import math

LIMIT: int = 3
RATES = {
    'a': 1,
}

@cache
def add(frame):
    def inner():
        pass
    return frame

async def fetch(): ...

class Model(Base):
    SIZE = 3
    def fit(self): ...
`;

describe('what a source defines', () => {
  it('are functions, classes and constants of the notebook', () => {
    expect(namesDefined(SOURCE)).toEqual([
      'LIMIT',
      'RATES',
      'add',
      'fetch',
      'Model'
    ]);
  });

  it('is not what stands in a long string, nor a comparison', () => {
    expect(
      namesDefined('text = """\ndef no():\n    pass\n"""\nA == 3\nx = 1')
    ).toEqual([]);
  });

  it('is named once', () => {
    expect(namesDefined('def f(): 1\ndef f(): 2')).toEqual(['f']);
  });
});

describe('other code', () => {
  it('is none of definitions, constants, imports and comments', () => {
    expect(hasOtherCode(SOURCE)).toBe(false);
    expect(hasOtherCode('')).toBe(false);
    expect(hasOtherCode('# no\ndef f(\n    a,\n):\n    return a')).toBe(false);
  });

  it.each(['x = 1', 'def f(): 1\nf()', 'defined = 2', '%time f()', 'A == 3'])(
    'is %j',
    source => {
      expect(hasOtherCode(source)).toBe(true);
    }
  );
});

it('counts the functions of a module, not methods', () => {
  expect(countFunctions(SOURCE)).toBe(2);
  expect(countFunctions('')).toBe(0);
});
