import { fireEvent, render, screen } from '@testing-library/react';
import type { ReactElement } from 'react';

import { RovingGroup } from './rovingGroup';

function Rows(props: { keys: readonly string[] }): ReactElement {
  return (
    <>
      <button id="title">Problems</button>
      <div role="region" aria-labelledby="title">
        <RovingGroup kind="rows">
          <div data-nbq-row="heading" data-nbq-heading="">
            <button>cell</button>
          </div>
          {props.keys.map(key => (
            <div key={key} data-nbq-row={key}>
              <button>{key}</button>
              <button>{`rule of ${key}`}</button>
              <button
                aria-haspopup="menu"
                onClick={event => {
                  event.currentTarget.dataset.opened = 'yes';
                }}
              >{`menu of ${key}`}</button>
            </div>
          ))}
          {props.keys.length > 1 && <button>more</button>}
        </RovingGroup>
      </div>
    </>
  );
}

function button(name: string): HTMLElement {
  return screen.getByRole('button', { name });
}

function press(...keys: string[]): void {
  for (const key of keys) {
    fireEvent.keyDown(document.activeElement!, { key });
  }
}

/** The buttons that the Tab key stops at. */
function stops(): (string | null)[] {
  return screen
    .getAllByRole('button')
    .filter(({ id, tabIndex }) => id !== 'title' && tabIndex === 0)
    .map(({ textContent }) => textContent);
}

describe('RovingGroup of rows', () => {
  it('is one stop of the Tab key, which stays where the focus was', () => {
    const { rerender } = render(<Rows keys={['a', 'b']} />);
    expect(stops()).toEqual(['cell']);

    button('rule of b').focus();
    expect(stops()).toEqual(['rule of b']);
    button('Problems').focus();
    rerender(<Rows keys={['new', 'a', 'b']} />);
    expect(stops()).toEqual(['rule of b']);
  });

  it('goes from row to row and through the buttons of a row', () => {
    render(<Rows keys={['a', 'b']} />);
    button('cell').focus();
    press('ArrowDown');
    expect(document.activeElement).toBe(button('a'));
    press('ArrowRight', 'ArrowRight', 'ArrowRight');
    expect(document.activeElement).toBe(button('menu of a'));
    press('ArrowDown');
    expect(document.activeElement).toBe(button('b'));
    press('ArrowLeft');
    expect(document.activeElement).toBe(button('b'));
    press('ArrowDown', 'ArrowDown');
    expect(document.activeElement).toBe(button('more'));
    press('Home');
    expect(document.activeElement).toBe(button('cell'));
    press('End', 'ArrowUp');
    expect(document.activeElement).toBe(button('b'));
  });

  it('leaves other keys to others', () => {
    render(<Rows keys={['a']} />);
    button('a').focus();
    expect(fireEvent.keyDown(button('a'), { key: 'x' })).toBe(true);
    expect(
      fireEvent.keyDown(button('a'), { key: 'ArrowDown', ctrlKey: true })
    ).toBe(true);
    expect(fireEvent.keyDown(button('a'), { key: 'ArrowUp' })).toBe(false);
  });

  it.each([{ key: 'ContextMenu' }, { key: 'F10', shiftKey: true }])(
    'opens the menu of the row with %p',
    init => {
      render(<Rows keys={['a', 'b']} />);
      button('rule of b').focus();
      fireEvent.keyDown(document.activeElement!, init);
      expect(button('menu of b').dataset.opened).toBe('yes');
      expect(button('menu of a').dataset.opened).toBeUndefined();
    }
  );

  it('moves the focus to the next row when the row with it goes', () => {
    const { rerender } = render(<Rows keys={['a', 'b', 'c']} />);
    button('rule of b').focus();
    rerender(<Rows keys={['a', 'c']} />);
    expect(document.activeElement).toBe(button('c'));
  });

  it('moves the focus to the title when there is no next row', () => {
    const { rerender } = render(<Rows keys={['a', 'b']} />);
    button('b').focus();
    rerender(<Rows keys={['a']} />);
    expect(document.activeElement).toBe(button('Problems'));
  });

  it('does not take the focus from elsewhere', () => {
    const { rerender } = render(<Rows keys={['a', 'b']} />);
    button('a').focus();
    button('Problems').focus();
    rerender(<Rows keys={['b']} />);
    expect(document.activeElement).toBe(button('Problems'));

    button('b').focus();
    button('b').blur();
    rerender(<Rows keys={['c']} />);
    expect(document.activeElement).toBe(document.body);
  });
});

describe('RovingGroup as a bar', () => {
  it('goes left and right, past what is disabled', () => {
    render(
      <RovingGroup kind="bar" role="toolbar" label="Tools">
        <button>one</button>
        <button disabled>two</button>
        <button>three</button>
      </RovingGroup>
    );
    expect(screen.getByRole('toolbar', { name: 'Tools' })).toBeTruthy();
    button('one').focus();
    press('ArrowRight');
    expect(document.activeElement).toBe(button('three'));
    press('ArrowRight');
    expect(document.activeElement).toBe(button('three'));
    press('Home');
    expect(document.activeElement).toBe(button('one'));
    expect(fireEvent.keyDown(button('one'), { key: 'ArrowDown' })).toBe(true);
  });
});
