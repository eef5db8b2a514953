import type { IArrow } from './arrows';
import { walk } from './walk';
import type { IWalked } from './walk';

/** `a` is used by `b`, `c` and `d`, which stand in the order `c b d`; `d` needs `e` too; `f` stands alone. */
const picture: IWalked = {
  cells: ['a', 'b', 'c', 'e', 'd', 'f'],
  arrows: (['ab', 'ac', 'ad', 'ed'] as const).map((text): IArrow => ({
    source: text[0],
    target: text[1],
    names: ['x'],
    strength: 'certain'
  })),
  across: cell => 'cbd'.indexOf(cell)
};

/** Where keys lead one after the other. */
function go(from: string, ...keys: string[]): (string | undefined)[] {
  let step = { cell: from, siblings: null as readonly string[] | null };
  return keys.map(key => {
    step = walk(key, step, picture)!;
    return step.cell;
  });
}

describe('the keys', () => {
  it('lead down to what uses a cell, and on among those from left to right', () => {
    expect(
      go('a', 'ArrowDown', 'ArrowRight', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft')
    ).toEqual(['b', 'd', 'b', 'c', 'c']);
  });

  it('lead up to the nearest that a cell needs, and on among what it needs', () => {
    expect(go('d', 'ArrowUp', 'ArrowLeft')).toEqual(['e', 'a']);
    expect(go('d', 'ArrowUp', 'ArrowRight')).toEqual(['e', 'e']);
  });

  it('lead among those that need nothing, so that every part is reached', () => {
    expect(go('a', 'ArrowRight', 'ArrowRight')).toEqual(['e', 'f']);
  });

  it('lead on among those beside a cell that a click led to', () => {
    expect(go('c', 'ArrowRight')).toEqual(['b']);
  });

  it('stay where there is nothing to go to', () => {
    expect(go('f', 'ArrowDown', 'ArrowUp')).toEqual(['f', 'f']);
  });

  it('lead through the notebook', () => {
    expect(go('c', 'PageDown', 'PageUp', 'Home', 'PageUp', 'End')).toEqual([
      'e',
      'c',
      'a',
      'a',
      'f'
    ]);
  });

  it('are no others', () => {
    expect(walk('x', { cell: 'a', siblings: null }, picture)).toBeNull();
  });
});
