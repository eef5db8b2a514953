import type { NotebookPanel } from '@jupyterlab/notebook';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import { expect, test } from '../support/lab';
import type { Lab } from '../support/lab';
import { keepScreenshot } from '../support/screenshots';

const CELLS = [
  'raw = [1, 2, 3]',
  'df = [x * 2 for x in raw]',
  'total = sum(df)\ntotal',
  'other = 5\nother',
  'print(total + other)'
];

/** Opens a notebook, runs it whole, and shows the panel. */
async function open(
  lab: Lab,
  cells: readonly string[] = CELLS
): Promise<void> {
  await lab.open(cells, { hasOwnKernel: true });
  await lab.openPanel();
  const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
  await expect(title).toContainText(`${cells.length} not run`);
  await lab.execute('notebook:run-all-cells');
  await expect(title).toContainText(`all ${cells.length} cells fresh`);
}

/** Types at the end of a cell. */
async function type(lab: Lab, number: number, text: string): Promise<void> {
  await lab.write(number);
  await lab.page.keyboard.type(text);
}

async function run(lab: Lab, number: number): Promise<void> {
  await lab.cell(number).locator('.jp-InputPrompt').click();
  await lab.execute('notebook:run-cell');
}

function count(lab: Lab): Locator {
  return lab.panel.getByRole('button', { name: /stale cells?$|^Stale cells/ });
}

function thisCell(lab: Lab): Locator {
  return lab.panel.getByRole('region', { name: /^This cell/ });
}

function strip(lab: Lab, number: number): Locator {
  return lab.cell(number).locator('.jp-nbq-strip');
}

function note(lab: Lab, number: number): Locator {
  return lab.cell(number).locator('.jp-nbq-note');
}

test('marks come with their reasons, and go when the cells ran', async ({
  lab
}) => {
  await open(lab);
  await expect(lab.notebook.locator('.jp-nbq-strip, .jp-nbq-note')).toHaveCount(
    0
  );

  await type(lab, 2, '[1:]');
  await expect(strip(lab, 2)).toHaveAccessibleName('Edited since it ran');
  await expect(strip(lab, 3)).toHaveAccessibleName('Stale: df changed in [2]');
  await expect(strip(lab, 5)).toHaveAccessibleName('Stale: df changed in [2]');
  await expect(lab.notebook.locator('.jp-nbq-strip')).toHaveCount(3);
  // Below outputs of stale cells alone.
  await expect(note(lab, 3)).toHaveText('Stale: df changed in [2]');
  await expect(lab.notebook.locator('.jp-nbq-note')).toHaveCount(2);
  await expect(count(lab)).toHaveAccessibleName('3 stale cells');
  await expect(lab.panel.locator('[role="status"]').last()).toContainText(
    '3 stale cells'
  );

  await expect(thisCell(lab)).toContainText('Edited since it ran.');
  await lab.editor(3).click();
  await expect(thisCell(lab)).toContainText(
    'Stale. [2] was edited, so df may differ.'
  );
  await lab.editor(5).click();
  await expect(thisCell(lab)).toContainText(
    'Stale. [3], which gives total, is stale.'
  );
  await note(lab, 5).getByRole('button', { name: '[2]' }).click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);

  // What was typed is taken back: nothing is stale any more.
  await lab.editor(2).click();
  await lab.page.keyboard.press('ControlOrMeta+End');
  for (let index = 0; index < 4; index++) {
    await lab.page.keyboard.press('Backspace');
  }
  await expect(count(lab)).toHaveAccessibleName('0 stale cells');
  await expect(lab.notebook.locator('.jp-nbq-strip, .jp-nbq-note')).toHaveCount(
    0
  );
  await expect(thisCell(lab)).toContainText('Fresh.');

  // A comment changes no result.
  await type(lab, 2, '  # twice');
  await lab.checked();
  await expect(count(lab)).toHaveAccessibleName('0 stale cells');

  await type(lab, 1, '[:2]');
  await expect(count(lab)).toHaveAccessibleName('4 stale cells');
  await run(lab, 1);
  await expect(strip(lab, 1)).toHaveCount(0);
  await expect(strip(lab, 2)).toHaveAccessibleName('Stale: raw changed in [6]');
  await run(lab, 2);
  await expect(strip(lab, 2)).toHaveCount(0);
  await expect(count(lab)).toHaveAccessibleName('2 stale cells');
});

test('what a run changed later is told from what was edited', async ({
  lab
}) => {
  await open(lab, ['xs = []', 'xs.append(1)', 'print(xs)']);
  await run(lab, 2);
  await expect(strip(lab, 3)).toHaveAccessibleName('Stale: xs changed in [4]');
  await lab.editor(3).click();
  await expect(thisCell(lab)).toContainText(
    'Stale. [4] changed xs after this ran.'
  );
});

test('a name whose cell is gone makes its readers stale', async ({ lab }) => {
  await open(lab, ['x = 1', 'print(x)']);
  await lab.cell(1).locator('.jp-InputPrompt').click();
  await lab.execute('notebook:delete-cell');
  await expect(strip(lab, 1)).toHaveAccessibleName(
    'Stale: x came from code that is no longer in the notebook'
  );
});

test('marks survive a page that is loaded anew', async ({ lab }) => {
  await open(lab);
  await type(lab, 2, '[1:]');
  await expect(count(lab)).toHaveAccessibleName('3 stale cells');
  await lab.execute('docmanager:save');

  await lab.reload();
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await lab.openPanel();
  await expect(count(lab)).toHaveAccessibleName('3 stale cells');
  await expect(strip(lab, 2)).toHaveAccessibleName('Edited since it ran');
  await expect(note(lab, 3)).toHaveText('Stale: df changed in [2]');
});

test('marks stay with cells that are moved, in both views, and move no code', async ({
  lab
}) => {
  await open(lab);
  const before = await lab.editor(3).boundingBox();
  await type(lab, 1, '[:2]');
  await expect(count(lab)).toHaveAccessibleName('4 stale cells');
  expect(await lab.editor(3).boundingBox()).toEqual(before);

  await lab.cell(2).locator('.jp-InputPrompt').click();
  await lab.execute('notebook:move-cell-up');
  await expect(lab.editor(1)).toContainText('df =');
  await expect(strip(lab, 1)).toHaveAccessibleName(/^Stale: /);

  await lab.execute('docmanager:clone');
  const views = lab.page.locator('.jp-NotebookPanel');
  await expect(views.last().locator('.jp-nbq-strip').first()).toBeAttached();
});

test('a cell that is out of sight has its marks when it is scrolled to', async ({
  lab
}) => {
  await open(lab, [
    'x = 1',
    ...Array.from({ length: 60 }, (_, index) => `print(${index})\n\n\n`),
    'print(x)'
  ]);
  // JupyterLab goes to the last cell that ran, sometimes a while after it ran.
  await expect(async () => {
    await lab.editor(1).click();
    await lab.page.waitForTimeout(300);
    await expect(strip(lab, 62)).not.toBeInViewport({ timeout: 300 });
  }).toPass({ timeout: 20_000 });
  await type(lab, 1, '0');
  await expect(count(lab)).toHaveAccessibleName('2 stale cells');
  await expect(strip(lab, 62)).not.toBeInViewport();

  await lab.panel.getByRole('button', { name: '2 stale cells' }).click();
  await lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('button', { name: '[62]', exact: true })
    .click();
  await expect(strip(lab, 62)).toHaveAccessibleName('Stale: x changed in [1]');
  await expect(note(lab, 62)).toBeInViewport();
});

test('the count leads to the stale cells', async ({ lab }) => {
  await open(lab);
  await type(lab, 2, '[1:]');
  await expect(count(lab)).toHaveAccessibleName('3 stale cells');

  await count(lab).click();
  await expect(lab.panel).toContainText('Showing 3 stale cells.');
  const rows = lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('listitem');
  await expect(rows).toHaveCount(3);
  await expect(
    rows.nth(0).getByRole('img', { name: 'Edited since it ran' })
  ).toBeVisible();
  await expect(
    rows.nth(1).getByRole('img', { name: 'Stale: df changed in [2]' })
  ).toBeVisible();
  const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
  await expect(title).toContainText('3 of 5');

  await lab.panel.getByRole('button', { name: 'Show all' }).click();
  await expect(title).toContainText('3 stale');
});

test('without a kernel only what needs none is told', async ({ lab }) => {
  await open(lab);
  await type(lab, 2, '[1:]');
  await expect(count(lab)).toHaveAccessibleName('3 stale cells');
  const runStale = lab.panel.getByRole('button', { name: /^Run .*stale/ });
  await expect(runStale).toBeEnabled();

  await lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.sessionContext.shutdown();
  });
  await expect(lab.panel).toContainText('No kernel is running.');
  await expect(lab.panel.locator('.jp-nbq-header')).toContainText('no kernel');
  await expect(count(lab)).toHaveAccessibleName('Stale cells: not known');
  await expect(lab.notebook.locator('.jp-nbq-strip, .jp-nbq-note')).toHaveCount(
    0
  );
  await expect(runStale).toBeDisabled();
  await expect(runStale).toHaveAttribute('title', 'Needs a running kernel');
  await lab.editor(3).click();
  await expect(thisCell(lab)).toContainText('Not run in this session.');
  await expect(thisCell(lab).locator('.jp-nbq-names')).toContainText('df');
  await expect(
    thisCell(lab).getByRole('button', { name: 'Run with what it needs' })
  ).toHaveCount(0);

  await lab.panel.getByRole('button', { name: 'Start kernel' }).click();
  await expect(lab.panel).not.toContainText('No kernel is running.');
  await expect(count(lab)).toHaveAccessibleName('0 stale cells');
  await expect(thisCell(lab)).toContainText('Not run in this session.');
});

for (const theme of ['light', 'dark'] as const) {
  test(`stale cells can be told apart (${theme})`, async ({ lab }) => {
    await lab.page.setViewportSize({ width: 1440, height: 900 });
    await lab.execute('apputils:change-theme', {
      theme: theme === 'light' ? 'JupyterLab Light' : 'JupyterLab Dark'
    });
    await open(lab);
    await type(lab, 2, '[1:]');
    await expect(count(lab)).toHaveAccessibleName('3 stale cells');
    await lab.editor(3).click();
    await expect(thisCell(lab)).toContainText('Stale.');
    const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
    if ((await title.getAttribute('aria-expanded')) === 'false') {
      await title.click();
    }
    await keepScreenshot(lab.page, `stale-${theme}`);
    const results = await new AxeBuilder({ page: lab.page })
      .include('#jp-nbq-panel')
      .include('.jp-nbq-note')
      .include('.jp-nbq-strip')
      .analyze();
    expect(results.violations.map(({ id, nodes }) => [id, nodes.length])).toEqual(
      []
    );
    await lab.execute('apputils:change-theme', { theme: 'JupyterLab Light' });
    await lab.page.setViewportSize({ width: 1280, height: 800 });
  });
}
