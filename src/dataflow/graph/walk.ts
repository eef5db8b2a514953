import type { IArrow } from './arrows';

/** Where a person stands, and the cells they came along with: Left and Right go through these. */
export interface IStep {
  readonly cell: string;
  readonly siblings: readonly string[] | null;
}

/** What the keys need to know of the picture. */
export interface IWalked {
  /** In notebook order. */
  readonly cells: readonly string[];
  readonly arrows: readonly IArrow[];
  /** Where a cell stands from left to right. */
  across(cell: string): number;
}

/**
 * Where a key leads: Down to the first cell that uses this one, Up to the nearest that it needs, Left and Right among
 * those that the same cell led to, Page Up and Page Down to the one before and after in the notebook, Home and End to
 * its first and last.
 *
 * @returns Null where the key is not one of these, the same cell where there is none to go to.
 */
export function walk(key: string, from: IStep, picture: IWalked): IStep | null {
  const { cells } = picture;
  const { cell } = from;
  const place = cells.indexOf(cell);
  const at = (other: number): IStep => ({
    cell: cells[Math.min(Math.max(other, 0), cells.length - 1)],
    siblings: null
  });
  const into = (found: readonly string[], which: number): IStep => ({
    cell: found[which],
    siblings: fromLeft(picture, found)
  });
  switch (key) {
    case 'ArrowDown': {
      const users = usersOf(picture, cell);
      return users.length > 0 ? into(users, 0) : from;
    }
    case 'ArrowUp': {
      const needs = needsOf(picture, cell);
      return needs.length > 0 ? into(needs, needs.length - 1) : from;
    }
    case 'ArrowLeft':
    case 'ArrowRight': {
      const siblings = from.siblings ?? siblingsOf(picture, cell);
      const next = siblings.indexOf(cell) + (key === 'ArrowLeft' ? -1 : 1);
      return { cell: siblings[next] ?? cell, siblings };
    }
    case 'PageUp':
      return at(place - 1);
    case 'PageDown':
      return at(place + 1);
    case 'Home':
      return at(0);
    case 'End':
      return at(cells.length - 1);
    default:
      return null;
  }
}

/** The cells that use what the nearest cell above makes; where none is needed, the others that need none. */
function siblingsOf(picture: IWalked, cell: string): string[] {
  const nearest = needsOf(picture, cell).pop();
  return nearest === undefined
    ? picture.cells.filter(other => needsOf(picture, other).length === 0)
    : fromLeft(picture, usersOf(picture, nearest));
}

function fromLeft({ across }: IWalked, cells: readonly string[]): string[] {
  return [...cells].sort((one, other) => across(one) - across(other));
}

function usersOf({ cells, arrows }: IWalked, cell: string): string[] {
  const users = new Set(
    arrows.filter(({ source }) => source === cell).map(({ target }) => target)
  );
  return cells.filter(other => users.has(other));
}

function needsOf({ cells, arrows }: IWalked, cell: string): string[] {
  const needs = new Set(
    arrows.filter(({ target }) => target === cell).map(({ source }) => source)
  );
  return cells.filter(other => needs.has(other));
}
