import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import { exampleNotebook } from '../support/notebooks';
import { keepScreenshot } from '../support/screenshots';

const CELLS = [
  'import os\nimport sys\nprint(1)',
  'def total(values=[]):\n    return values\n\nprint(undefined_name)'
];

const THEMES = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  'high-contrast': 'JupyterLab Dark High Contrast'
};

/** What axe has against a part of the page. */
async function violations(lab: Lab, part: string): Promise<string[]> {
  const found = await new AxeBuilder({ page: lab.page })
    .include(part)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`)
  );
}

/** The element that has the focus. */
function focused(lab: Lab): Locator {
  return lab.page.locator(':focus');
}

for (const [name, theme] of Object.entries(THEMES)) {
  test(`panel and card can be read in the theme ${theme}`, async ({ lab }) => {
    await lab.page.theme.setTheme(theme);
    await lab.open(exampleNotebook('customer_churn'), {
      name: 'customer_churn.ipynb'
    });
    await lab.openPanel();
    await expect(lab.problem(/./).first()).toBeVisible();
    expect(await violations(lab, '#jp-nbq-panel')).toEqual([]);
    await keepScreenshot(lab.panel, `panel-${name}`);

    await lab.squiggles().first().hover();
    await expect(lab.card).toBeVisible();
    expect(await violations(lab, '.jp-nbq-card')).toEqual([]);
    await keepScreenshot(lab.page, `notebook-${name}`);

    await lab.panel.getByRole('button', { name: /^\d+ warnings?$/ }).click();
    expect(await violations(lab, '#jp-nbq-panel')).toEqual([]);
    await lab.page.theme.setLightTheme();
  });
}

test('a change that is to be confirmed can be read', async ({ lab }) => {
  await lab.open([CELLS[1]]);
  await lab.openPanel();
  await lab
    .problem(/undefined_name|mutable|default/i)
    .filter({ hasText: 'B006' })
    .locator('.jp-nbq-act')
    .click();
  const dialog = lab.page.locator('.jp-nbq-PlanDialog');
  await expect(dialog).toContainText('Nothing changes until you choose Apply.');
  expect(await violations(lab, '.jp-nbq-plan')).toEqual([]);
  await keepScreenshot(lab.page, 'plan');
  await lab.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(await lab.source(1)).toBe(CELLS[1]);
});

test('the keyboard alone leads through the panel, and to the code', async ({
  lab
}) => {
  await lab.open(CELLS);
  await lab.openPanel();
  const { keyboard } = lab.page;
  await expect(focused(lab)).toHaveText(/^This cell/);

  // One stop each, back from the first section: counts, then the toolbar.
  await keyboard.press('Shift+Tab');
  await expect(focused(lab)).toHaveAccessibleName('1 error');
  await keyboard.press('ArrowRight');
  await expect(focused(lab)).toHaveAccessibleName('3 warnings');
  await keyboard.press('Shift+Tab');
  await expect(focused(lab)).toHaveAccessibleName('Check again');
  await keyboard.press('End');
  await expect(focused(lab)).toHaveAccessibleName('Settings');

  await keyboard.press('Tab');
  await expect(focused(lab)).toHaveAccessibleName('3 warnings');
  await keyboard.press('Tab');
  await expect(focused(lab)).toHaveText(/^This cell/);
  await keyboard.press('Enter');
  await expect(focused(lab)).toHaveAttribute('aria-expanded', 'false');
  await keyboard.press('Tab');
  await expect(focused(lab)).toHaveText(/^Problems/);

  // The list: heading, rows, the controls of a row.
  await keyboard.press('Tab');
  await expect(focused(lab)).toHaveClass(/jp-nbq-cellname/);
  await keyboard.press('ArrowDown');
  await expect(focused(lab)).toHaveText(/mutable|default/i);
  await keyboard.press('ArrowDown');
  await expect(focused(lab)).toHaveText(/undefined_name/);
  await keyboard.press('ArrowRight');
  await expect(focused(lab)).toHaveText('F821');
  await keyboard.press('ArrowLeft');

  await keyboard.press('Shift+F10');
  await expect(lab.menuEntry(/^Turn off rule F821/)).toBeVisible();
  await keyboard.press('Escape');
  await expect(lab.menuEntry(/^Turn off rule F821/)).toHaveCount(0);

  await keyboard.press('Home');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await expect.poll(() => lab.selection()).toBe('undefined_name');

  await keyboard.press('Escape');
  await expect(lab.notebook.locator(':focus')).toHaveCount(1);
  await lab.openPanel();
  await lab.panel.getByRole('button', { name: 'This cell' }).click();
});

test('the focus goes to the next problem when one is mended', async ({
  lab
}) => {
  await lab.open(CELLS);
  await lab.openPanel();
  await lab
    .problem(/^os/)
    .getByRole('button', { name: /^Remove/ })
    .click();
  await expect(lab.problem(/^os/)).toHaveCount(0);
  await expect(focused(lab)).toHaveText(/^sys/);

  // By the keyboard: what tells of the first one may lie over the second.
  await lab.page.keyboard.press('ArrowRight');
  await lab.page.keyboard.press('ArrowRight');
  await expect(focused(lab)).toHaveText('Remove');
  await lab.page.keyboard.press('Enter');
  await expect(lab.problem(/^sys/)).toHaveCount(0);
  await expect(focused(lab)).toHaveText(/^Problems/);
});

test('a check is announced', async ({ lab }) => {
  await lab.open(CELLS);
  await lab.openPanel();
  await expect(lab.panel.getByRole('status')).toHaveText('4 problems');
});
