import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

/** One entry of a menu that is made on the spot. */
export interface IMenuEntry {
  readonly label: string;
  run(): void | Promise<unknown>;
}

/**
 * Opens JupyterLab's own kind of menu below an element, or at a point.
 *
 * @param groups - Entries; a separator stands between two groups. Empty groups are left out.
 * @param at - The element that was activated, or the point of a right click.
 * @param giveBack - Gives the focus back, before the chosen entry runs; to the element where there is one.
 */
export function popupMenu(
  groups: readonly (readonly IMenuEntry[])[],
  at: HTMLElement | { x: number; y: number },
  giveBack?: () => void
): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  menu.addClass('jp-nbq-menu');
  let count = 0;
  for (const group of groups.filter(entries => entries.length > 0)) {
    if (count > 0) {
      menu.addItem({ type: 'separator' });
    }
    for (const entry of group) {
      const command = `entry-${count++}`;
      commands.addCommand(command, {
        label: entry.label,
        describedBy: { args: { type: 'object', properties: {} } },
        execute: () => entry.run()
      });
      menu.addItem({ command });
    }
  }
  menu.aboutToClose.connect(() => {
    if (giveBack) {
      giveBack();
    } else if (at instanceof HTMLElement) {
      at.focus({ preventScroll: true });
    }
    // The chosen entry runs after this signal.
    window.setTimeout(() => menu.dispose());
  });
  if (at instanceof HTMLElement) {
    const box = at.getBoundingClientRect();
    menu.open(box.left, box.bottom);
  } else {
    menu.open(at.x, at.y);
  }
  menu.activeIndex = 0;
}
