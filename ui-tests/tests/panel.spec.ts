import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';

/** One error and two warnings; the error is fixed by hand alone. */
const CELLS = [
  'import os\nprint(1)',
  { type: 'markdown', source: '# Words' },
  'def total(values=[]):\n    return values\n\nprint(undefined_name)'
] as const;

/** The section about the active cell. */
function thisCell(lab: Lab): Locator {
  return lab.panel.getByRole('region', { name: /^This cell/ });
}

/** The rows of all problems. */
function rows(lab: Lab): Locator {
  return lab.panel
    .getByRole('region', { name: /^Problems/ })
    .locator('.jp-nbq-row');
}

/** A count in the summary. */
function count(lab: Lab, name: string): Locator {
  return lab.panel
    .getByRole('group', { name: /^Summary/ })
    .getByRole('button', { name, exact: true });
}

/** Hides the right sidebar, wherever the test before left it. */
async function hidePanel(lab: Lab): Promise<void> {
  await lab.page.evaluate(() => {
    (
      window.jupyterapp.shell as unknown as { collapseRight(): void }
    ).collapseRight();
  });
  await expect(lab.panel).toBeHidden();
}

test.describe('the panel opens', () => {
  test.beforeEach(async ({ lab }) => {
    await lab.open(CELLS);
    await hidePanel(lab);
  });

  test('from the command palette', async ({ lab }) => {
    await lab.page.getByRole('menuitem', { name: 'View' }).click();
    await lab.menuEntry('Activate Command Palette').click();
    await lab.page
      .locator('.lm-CommandPalette-input')
      .fill('Show Notebook Quality');
    await lab.page.keyboard.press('Enter');

    await expect(lab.panel).toBeVisible();
  });

  test('from its tab in the sidebar', async ({ lab }) => {
    await lab.page.getByRole('tab', { name: 'Notebook Quality' }).click();

    await expect(lab.panel).toBeVisible();
    await expect(rows(lab)).toHaveCount(3);
  });

  test('from the counts in the status bar', async ({ lab }) => {
    await expect(lab.status).toHaveAccessibleName(
      '1 error, 2 warnings in this notebook. Open Notebook Quality.'
    );
    await expect(lab.status).toHaveText('12');
    await lab.status.click();

    await expect(lab.panel).toBeVisible();
  });
});

test.describe('the status bar', () => {
  test('says that there are no problems, and counts as they come', async ({
    lab
  }) => {
    await lab.open(['print(1)']);
    await expect(lab.status).toHaveText('No problems');

    await lab.write(1);
    await lab.page.keyboard.type('\nprint(undefined_name)');
    await expect(lab.status).toHaveAccessibleName(/^1 error, 0 warnings/);
  });

  test('says nothing where no notebook is in front, or nobody wants it', async ({
    lab
  }) => {
    await lab.open(CELLS);
    await expect(lab.status).toBeVisible();

    await lab.set('statusBar', false);
    await expect(lab.status).toBeHidden();
    await lab.set('statusBar', true);
    await expect(lab.status).toBeVisible();

    await lab.execute('launcher:create');
    await expect(lab.status).toBeHidden();
  });
});

test.describe('this cell', () => {
  test('follows the active cell, and stays at Markdown on the last code cell', async ({
    lab
  }) => {
    await lab.open(CELLS);
    await lab.openPanel();

    await lab.editor(1).click();
    await expect(thisCell(lab)).toContainText('print(1)');
    await expect(thisCell(lab).locator('.jp-nbq-row')).toHaveCount(1);

    await lab.editor(3).click();
    await expect(thisCell(lab)).toContainText('def total(values=[]):');
    await expect(thisCell(lab).locator('.jp-nbq-row')).toHaveCount(2);

    await lab.cell(2).click();
    await expect(thisCell(lab)).toContainText('def total(values=[]):');
  });

  test('tells how the cell ran', async ({ lab }) => {
    await lab.open(['x = 1\nprint(x)', '1 / 0']);
    await lab.openPanel();
    await lab.editor(1).click();
    await expect(thisCell(lab)).toContainText('Not run in this session.');

    await lab.page.keyboard.press('Shift+Enter');
    await expect(thisCell(lab)).toContainText('1 / 0');
    await lab.page.keyboard.press('ControlOrMeta+Enter');
    await expect(thisCell(lab)).toContainText(
      'Failed: ZeroDivisionError division by zero'
    );

    await lab.editor(1).click();
    await expect(
      thisCell(lab).getByRole('button', { name: /^\[\d+\]$/ })
    ).toBeVisible();
    await expect(thisCell(lab)).toContainText('Fresh.');
    await lab.page.keyboard.type('y = 2\n');
    await expect(thisCell(lab)).toContainText('Edited since it ran.');
  });

  test('goes to its cell when its name is clicked', async ({ lab }) => {
    await lab.open([
      'print(0)',
      ...Array.from({ length: 40 }, (_, index) => `print(${index}, undefined)`)
    ]);
    await lab.openPanel();
    const name = lab.panel
      .getByRole('region', { name: /^Problems/ })
      .getByTitle(/^Cell 41 of 41/);
    await name.click();

    await expect(lab.cell(41)).toBeInViewport();
    await expect(thisCell(lab)).toContainText('print(39, undefined)');
    await expect(name).toBeFocused();
  });
});

test.describe('problems', () => {
  test('stand by cell, errors first, and select their words', async ({
    lab
  }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await lab.editor(1).click();

    await expect(rows(lab)).toHaveCount(3);
    await expect(rows(lab).last()).toContainText('os imported but unused');
    await expect(rows(lab).last()).toHaveAttribute('aria-current', 'true');

    const message = lab
      .problem(/undefined_name/)
      .getByRole('button', { name: /undefined_name/ });
    await message.click();

    await expect.poll(() => lab.selection()).toBe('undefined_name');
    // The focus stays, so that the next row is one key away.
    await expect(message).toBeFocused();
    await expect(rows(lab).last()).not.toHaveAttribute('aria-current', 'true');
  });

  test('are filtered by the counts until Escape or a second press', async ({
    lab
  }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    const errors = count(lab, '1 error');
    const warnings = count(lab, '2 warnings');
    const title = lab.panel.getByRole('button', { name: /^Problems/ });
    await expect(title).toHaveText(/1 error, 2 warnings/);

    await errors.click();
    await expect(errors).toHaveAttribute('aria-pressed', 'true');
    await expect(rows(lab)).toHaveText([/undefined_name/]);
    await expect(title).toHaveText(/1 of 3/);
    await expect(lab.panel).toContainText('Showing 1 error.');
    await expect(thisCell(lab)).toHaveCount(0);

    await warnings.click();
    await expect(errors).toHaveAttribute('aria-pressed', 'false');
    await expect(rows(lab)).toHaveCount(2);

    await lab.page.keyboard.press('Escape');
    await expect(rows(lab)).toHaveCount(3);
    await expect(warnings).toHaveAttribute('aria-pressed', 'false');
    await expect(warnings).toBeFocused();

    await warnings.click();
    await warnings.click();
    await expect(rows(lab)).toHaveCount(3);

    await errors.click();
    await lab.panel.getByRole('button', { name: 'Show all' }).click();
    await expect(rows(lab)).toHaveCount(3);
    await expect(thisCell(lab)).toBeVisible();
  });

  test('are safely fixed from the toolbar, with one undo', async ({ lab }) => {
    await lab.open(['import os\nprint(1)', 'import sys\nprint(2)']);
    await lab.openPanel();
    await expect(lab.problem(/unused/)).toHaveCount(2);
    await lab.panel.getByRole('button', { name: /^Fix 2 safe/ }).click();

    await expect(rows(lab)).toHaveCount(0);
    await expect(
      lab.panel.getByRole('button', { name: /^Fix safe/ })
    ).toBeDisabled();
    expect(await lab.source(1)).toBe('print(1)');

    await expect(lab.toasts).toContainText('Fixed 2 problems.');
    await lab.toasts.getByRole('button', { name: 'Undo' }).click();
    await expect(lab.problem(/unused/)).toHaveCount(2);
    expect(await lab.source(1)).toBe('import os\nprint(1)');
  });

  test('stay closed when their section was closed', async ({ lab }) => {
    await lab.open(CELLS, { name: 'one.ipynb' });
    await lab.openPanel();
    const title = lab.panel.getByRole('button', { name: /^Problems/ });
    await title.click();
    await expect(title).toHaveAttribute('aria-expanded', 'false');
    await expect(rows(lab)).toHaveCount(0);

    await lab.open(CELLS, { name: 'two.ipynb' });
    await expect(title).toHaveAttribute('aria-expanded', 'false');
    await title.click();
    await expect(rows(lab)).toHaveCount(3);
  });
});

test.describe('settings', () => {
  test('say how long to wait for the end of typing', async ({ lab }) => {
    await lab.open(['print(1)']);
    const timeToCheck = async (comment: string): Promise<number> => {
      await lab.write(1);
      // A kernel that says its version is a reason to check as well.
      const asked = lab.page.waitForRequest(
        request =>
          request.url().includes('nbquality/api/inspect') &&
          request.postData()!.includes(comment)
      );
      await lab.page.keyboard.type(comment);
      const start = Date.now();
      await asked;
      return Date.now() - start;
    };

    await lab.set('delay', 1500);
    expect(await timeToCheck('# a')).toBeGreaterThan(1300);
    await lab.set('delay', 0);
    expect(await timeToCheck('# b')).toBeLessThan(1000);
  });

  test('switch a section off, with its counts', async ({ lab }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await expect(thisCell(lab)).toBeVisible();

    await lab.set('sections', { 'this-cell': false, problems: true });
    await expect(thisCell(lab)).toHaveCount(0);
    await expect(rows(lab)).toHaveCount(3);

    await lab.set('sections', { 'this-cell': true, problems: false });
    await expect(thisCell(lab)).toBeVisible();
    await expect(rows(lab)).toHaveCount(0);
    await expect(count(lab, '1 error')).toHaveCount(0);
  });

  test('give a rule another severity, or turn it off', async ({ lab }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await lab.set('severities', { F401: 'error' });
    await expect(count(lab, '2 errors')).toBeVisible();

    await lab.set('severities', { F401: 'off' });
    await expect(rows(lab)).toHaveCount(2);
    await expect(lab.squiggles(1)).toHaveCount(0);
  });

  test('are one click away', async ({ lab }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await lab.panel.getByRole('button', { name: 'Settings' }).click();

    await expect(
      lab.page.locator('.jp-SettingsPanel, .jp-SettingsForm').first()
    ).toContainText('Milliseconds from the last keystroke');
  });
});
