import type { Parameter } from '../api/types';
import { inOrder, moved } from './parameterFields';

function parameter(name: string): Parameter {
  return { name, called: name, annotation: '', default: '', constant: '' };
}

function wish(name: string, called = name) {
  return { name, called, annotation: null, byDefault: false };
}

describe('inOrder', () => {
  it('keeps what a person wants, and adds what is new', () => {
    expect(
      inOrder(
        [wish('b', 'frame'), wish('gone')],
        [parameter('a'), parameter('b'), parameter('c')]
      )
    ).toEqual([wish('b', 'frame'), wish('a'), wish('c')]);
  });
});

describe('moved', () => {
  it.each([
    [0, 1, 'bac'],
    [2, -1, 'acb']
  ] as const)('from %d by %d', (index, by, expected) => {
    expect(
      moved(
        ['a', 'b', 'c'].map(name => wish(name)),
        index,
        by
      )
        .map(({ name }) => name)
        .join('')
    ).toBe(expected);
  });
});
