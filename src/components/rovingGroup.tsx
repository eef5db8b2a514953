import type { FocusEvent, KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useLayoutEffect, useRef } from 'react';

const CONTROL = 'button:not(:disabled)';
const ROW = '[data-nbq-row]';

export interface IRovingGroupProps {
  /**
   * `bar`: Left and Right go from button to button. `rows`: Up and Down go from row to row, Left and Right through a
   * row's buttons, Menu and Shift+F10 open its menu. A row has `data-nbq-row`, its key; the headings among them also
   * have `data-nbq-heading`.
   */
  readonly kind: 'bar' | 'rows';
  readonly role?: string;
  readonly label?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** Where the focus is in a group. */
interface IPlace {
  readonly element: HTMLElement;
  /** The keys of its row and of those after it. */
  readonly rows: readonly string[];
}

/**
 * Buttons that are one stop of the Tab key; the arrow keys move among them. Where the row with the focus vanishes, the
 * focus goes to the next one; where there is none, to the title of the region.
 */
export function RovingGroup(props: IRovingGroupProps): ReactElement {
  const root = useRef<HTMLDivElement>(null);
  const stop = useRef<HTMLElement | null>(null);
  const place = useRef<IPlace | null>(null);

  // After every rendering: the buttons may be others.
  useLayoutEffect(() => {
    const group = root.current!;
    const lost = place.current;
    if (lost && !lost.element.isConnected) {
      place.current = null;
      if (isNowhere(document.activeElement)) {
        focusAfter(group, lost);
      }
    } else if (lost) {
      place.current = placeOf(group, lost.element);
    }
    settle(group, stop);
  });

  return (
    <div
      ref={root}
      role={props.role}
      aria-label={props.label}
      className={props.className}
      onKeyDown={event => onKeyDown(event, props.kind)}
      onFocus={event => {
        place.current = placeOf(event.currentTarget, event.target);
        stop.current = event.target;
        settle(event.currentTarget, stop);
      }}
      onBlur={(event: FocusEvent) => {
        // Another window has the focus: it comes back to where it was.
        if (document.activeElement !== event.target) {
          place.current = null;
        }
      }}
    >
      {props.children}
    </div>
  );
}

/** Makes one button the stop of the Tab key: the one used last, else the first. */
function settle(
  group: HTMLElement,
  stop: { current: HTMLElement | null }
): void {
  const controls = all(group, CONTROL);
  if (!stop.current || !controls.includes(stop.current)) {
    stop.current = controls[0] ?? null;
  }
  for (const control of controls) {
    control.tabIndex = control === stop.current ? 0 : -1;
  }
}

function onKeyDown(event: KeyboardEvent, kind: 'bar' | 'rows'): void {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const group = event.currentTarget as HTMLElement;
  const current = event.target as HTMLElement;
  const row = current.closest<HTMLElement>(ROW);
  const isMenu =
    event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
  let next: HTMLElement | null = null;
  if (isMenu) {
    const menu = row?.querySelector<HTMLElement>('[aria-haspopup="menu"]');
    if (!menu) {
      return;
    }
    menu.click();
  } else if (kind === 'bar') {
    next = step(all(group, CONTROL), current, event.key, [
      'ArrowLeft',
      'ArrowRight'
    ]);
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    next = row
      ? step(all(row, CONTROL), current, event.key, ['ArrowLeft', 'ArrowRight'])
      : null;
  } else {
    // A button that stands between the rows counts as one.
    const mains = all(group, CONTROL).filter(
      control =>
        control.closest(ROW)?.querySelector(CONTROL) === control ||
        !control.closest(ROW)
    );
    const main = row?.querySelector<HTMLElement>(CONTROL) ?? current;
    next = step(mains, main, event.key, ['ArrowUp', 'ArrowDown']);
  }
  if (next || isMenu) {
    event.preventDefault();
    event.stopPropagation();
    next?.focus();
  }
}

/** Where a key leads from an element of a list; null where it is not one of ours. */
function step(
  elements: readonly HTMLElement[],
  current: HTMLElement,
  key: string,
  [back, forth]: readonly [string, string]
): HTMLElement | null {
  const index = elements.indexOf(current);
  const last = elements.length - 1;
  switch (key) {
    case back:
      return elements[Math.max(index - 1, 0)] ?? null;
    case forth:
      return elements[Math.min(index + 1, last)] ?? null;
    case 'Home':
      return elements[0] ?? null;
    case 'End':
      return elements[last] ?? null;
    default:
      return null;
  }
}

function placeOf(group: HTMLElement, element: HTMLElement): IPlace | null {
  const row = element.closest<HTMLElement>(ROW);
  if (!row) {
    return null;
  }
  const rows = all(group, ROW);
  return {
    element,
    rows: rows
      .slice(rows.indexOf(row))
      .filter(({ dataset }) => dataset.nbqHeading === undefined)
      .map(({ dataset }) => dataset.nbqRow!)
  };
}

/** The next row that is still there; where there is none, what names the region that the group is in. */
function focusAfter(group: HTMLElement, lost: IPlace): void {
  const rows = new Map(all(group, ROW).map(row => [row.dataset.nbqRow, row]));
  const next = lost.rows.find(key => rows.has(key));
  const title = group
    .closest('[role="region"][aria-labelledby]')
    ?.getAttribute('aria-labelledby');
  const target =
    next !== undefined
      ? rows.get(next)!.querySelector<HTMLElement>(CONTROL)
      : title
        ? document.getElementById(title)
        : null;
  target?.focus();
}

function isNowhere(element: Element | null): boolean {
  return element === null || element === document.body;
}

function all(root: HTMLElement, selector: string): HTMLElement[] {
  return Array.from(root.querySelectorAll<HTMLElement>(selector));
}
