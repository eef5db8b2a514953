import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import { expect, test } from '../support/lab';
import type { Lab } from '../support/lab';

const CELLS = [
  'a = 1',
  'b = a + 1',
  'import time\ntime.sleep(1.3)\nc = b + 1',
  'd = c + 1\nprint(d)',
  'e = 5',
  'f = d + e\nprint(f)'
];

/** Opens a notebook with a kernel where nothing ran yet, and shows the panel. */
async function open(lab: Lab, cells: readonly string[] = CELLS): Promise<void> {
  await lab.open(cells, { hasOwnKernel: true });
  await lab.openPanel();
  await expect(title(lab)).toContainText(`${cells.length} not run`);
}

async function runAll(lab: Lab, count = CELLS.length): Promise<void> {
  await lab.execute('notebook:run-all-cells');
  await expect(title(lab)).toContainText(`all ${count} cells fresh`);
}

async function type(lab: Lab, number: number, text: string): Promise<void> {
  await lab.write(number);
  await lab.page.keyboard.type(text);
}

function title(lab: Lab): Locator {
  return lab.panel.getByRole('button', { name: /^Dependencies/ });
}

function thisCell(lab: Lab): Locator {
  return lab.panel.getByRole('region', { name: /^This cell/ });
}

/** The toolbar's button that runs what is stale. */
function runStale(lab: Lab): Locator {
  return lab.panel
    .getByRole('toolbar')
    .getByRole('button', { name: /^(Run .*stale|Stop)/ });
}

/** The prompts of all cells. */
function counts(lab: Lab): Promise<(number | null)[]> {
  return lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return Array.from(
      panel.content.model!.cells,
      cell => (cell as unknown as { executionCount: number | null }).executionCount
    );
  });
}

test('a cell runs with what it needs, and nothing else', async ({ lab }) => {
  await open(lab);
  await lab.editor(4).click();
  const button = thisCell(lab).getByRole('button', {
    name: 'Run with what it needs'
  });
  await expect(thisCell(lab)).toContainText('#1, #2, #3, #4');
  await expect(thisCell(lab)).not.toContainText('last time');
  await button.click();
  await expect.poll(() => counts(lab)).toEqual([1, 2, 3, 4, null, null]);
  await expect(lab.cell(4).locator('.jp-OutputArea-output')).toHaveText('4');
  await expect(thisCell(lab)).toContainText('Fresh.');
  await expect(title(lab)).toContainText('2 not run');

  // The focus and the active cell stay where they are.
  await expect(lab.cell(4)).toHaveClass(/jp-mod-active/);

  await type(lab, 2, ' + 10');
  await lab.editor(4).click();
  await expect(thisCell(lab)).toContainText('[2], [3], [4]');
  await expect(thisCell(lab)).toContainText('about 1 s last time');
  await button.click();
  await expect.poll(() => counts(lab)).toEqual([1, 5, 6, 7, null, null]);
  await expect(lab.cell(4).locator('.jp-OutputArea-output')).toHaveText('14');
  await expect(lab.notebook.locator('.jp-nbq-strip')).toHaveCount(0);
});

test('stale cells run in order, from the toolbar', async ({ lab }) => {
  await open(lab);
  await runAll(lab);
  await expect(runStale(lab)).toBeDisabled();
  await type(lab, 5, '0');
  await type(lab, 2, ' + 10');
  await expect(runStale(lab)).toHaveText('Run 5 stale');
  await expect(runStale(lab)).toHaveAttribute(
    'title',
    'Runs [2], [3], [4], [5], [6] · about 1 s last time'
  );
  await runStale(lab).click();
  await expect(runStale(lab)).toHaveText('Stop');
  await expect.poll(() => counts(lab)).toEqual([1, 7, 8, 9, 10, 11]);
  await expect(title(lab)).toContainText('all 6 cells fresh');
  await expect(runStale(lab)).toBeDisabled();
});

test('a cell runs with everything that uses it', async ({ lab }) => {
  await open(lab);
  await runAll(lab);
  await lab.editor(3).click();
  await lab.execute('nbquality:run-with-users');
  await expect.poll(() => counts(lab)).toEqual([1, 2, 7, 8, 5, 9]);

  await lab.editor(4).click();
  await lab.execute('nbquality:run-users');
  await expect.poll(() => counts(lab)).toEqual([1, 2, 7, 8, 5, 10]);
});

test('it stops at the first cell that fails', async ({ lab }) => {
  await open(lab, ['a = 1', 'b = a / 0', 'print(b)']);
  await lab.editor(3).click();
  await lab.execute('nbquality:run-with-needs');
  await expect.poll(() => counts(lab)).toEqual([1, 2, null]);
  await expect(title(lab)).toContainText('stopped at [2]');
  await lab.editor(2).click();
  await expect(thisCell(lab)).toContainText('Failed: ZeroDivisionError');
});

test('running can be stopped', async ({ lab }) => {
  await open(lab, ['import time\ntime.sleep(60)', 'x = time']);
  await lab.editor(2).click();
  await thisCell(lab)
    .getByRole('button', { name: 'Run with what it needs' })
    .click();
  await expect(runStale(lab)).toHaveText('Stop');
  await expect(lab.page.getByText('| Busy')).toBeVisible();
  // Galata's answer in the place of the server's is not the one that JupyterLab expects.
  const restore = await lab.answer(/\/interrupt\?/, route => route.continue());
  await runStale(lab).click();
  await expect(runStale(lab)).toHaveText('Run stale');
  restore();
  await expect.poll(() => counts(lab)).toEqual([1, null]);
});

test('a cell that may raise does not stop the others', async ({ lab }) => {
  await lab.open(
    [
      'a = 1',
      { source: 'b = a\n1 / 0', metadata: { tags: ['raises-exception'] } },
      'print(b)'
    ],
    { hasOwnKernel: true }
  );
  await lab.openPanel();
  await lab.editor(3).click();
  await expect(title(lab)).toContainText('3 not run');
  await lab.execute('nbquality:run-with-needs');
  await expect.poll(() => counts(lab)).toEqual([1, 2, 3]);
});

test('nothing runs by itself, unless that is wished', async ({ lab }) => {
  await open(lab);
  await runAll(lab);
  await type(lab, 2, ' + 10');
  await lab.execute('notebook:run-cell');
  await expect(title(lab)).toContainText('3 stale');
  await lab.page.waitForTimeout(1000);
  expect(await counts(lab)).toEqual([1, 7, 3, 4, 5, 6]);

  await lab.execute('nbquality:toggle-auto-run');
  await type(lab, 5, '0');
  await expect(title(lab)).toContainText('4 stale');
  await lab.editor(2).click();
  await lab.execute('notebook:run-cell');
  // The cell that was edited did not run, and so what it gives to is left alone.
  await expect.poll(() => counts(lab)).toEqual([1, 8, 9, 10, 5, 6]);
  await expect(title(lab)).toContainText('2 stale');
  await lab.editor(5).click();
  await lab.execute('notebook:run-cell');
  await expect.poll(() => counts(lab)).toEqual([1, 8, 9, 10, 11, 12]);
  await expect(title(lab)).toContainText('all 6 cells fresh');
});

test('what runs by itself stops at the first that fails', async ({ lab }) => {
  await open(lab, ['a = 1', 'b = 1 / a', 'c = b\nprint(c)']);
  await runAll(lab, 3);
  await lab.set('autoRun', true);
  await lab.write(1);
  await lab.page.keyboard.press('Backspace');
  await lab.page.keyboard.type('0');
  await lab.execute('notebook:run-cell');
  await expect.poll(() => counts(lab)).toEqual([4, 5, 3]);
  await expect(title(lab)).toContainText('stopped at [5]');
  await lab.page.waitForTimeout(1000);
  expect(await counts(lab)).toEqual([4, 5, 3]);
});

test('the menus of a cell run it', async ({ lab }) => {
  await open(lab);
  await lab.cell(2).locator('.jp-InputPrompt').click({ button: 'right' });
  await lab.menuEntry('Notebook Quality').hover();
  await lab.menuEntry('Run with What It Needs').click();
  await expect
    .poll(() => counts(lab))
    .toEqual([1, 2, null, null, null, null]);

  if ((await title(lab).getAttribute('aria-expanded')) === 'false') {
    await title(lab).click();
  }
  const rows = lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('listitem');
  await expect(
    rows.nth(2).getByRole('img', { name: 'Not run' })
  ).toBeVisible();
  await rows.nth(4).click({ button: 'right' });
  await lab.menuEntry('Run with what it needs').click();
  await expect.poll(() => counts(lab)).toEqual([1, 2, null, null, 3, null]);

  // A cell's name has the same wherever it stands.
  await lab.editor(4).click();
  await thisCell(lab)
    .locator('.jp-nbq-names')
    .getByRole('button', { name: '#3' })
    .click({ button: 'right' });
  await lab.menuEntry('Run with What It Needs').click();
  await expect.poll(() => counts(lab)).toEqual([1, 2, 4, null, 3, null]);
});
