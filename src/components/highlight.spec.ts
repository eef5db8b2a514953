import { tokenLines } from './highlight';

it('takes coloured code apart into its lines, also inside a token', () => {
  const node = document.createElement('div');
  node.innerHTML =
    '<span class="k">def</span> f():\n    <span class="s">"""One\n\ntwo"""</span>';
  expect(tokenLines(node)).toEqual([
    [
      ['def', 'k'],
      [' f():', '']
    ],
    [
      ['    ', ''],
      ['"""One', 's']
    ],
    [],
    [['two"""', 's']]
  ]);
});
