import type { NotebookPanel } from '@jupyterlab/notebook';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import type { ICellSpec } from '../support/notebooks';
import { keepScreenshot } from '../support/screenshots';

const ROOTS = [
  'import math',
  'raw = [1, 4, 9]',
  'roots = [math.sqrt(x) for x in raw]\ntotal = sum(roots)',
  'print(total)'
];

/** A cell that comes with tests. */
function tested(
  source: string,
  ...tests: readonly (readonly [name: string, source: string])[]
): ICellSpec {
  return {
    source,
    metadata: {
      nbquality: {
        tests: tests.map(([name, text]) => ({
          title: name,
          name,
          source: text.match(/[^\n]*\n|[^\n]+$/g)
        }))
      }
    }
  };
}

/** What the kernel holds: its names, what some of them are, and how much ran. */
async function kernelState(lab: Lab): Promise<unknown> {
  return lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const kernel = panel.sessionContext.session!.kernel!;
    const { content } = await kernel.requestExecute({
      code: '',
      silent: true,
      store_history: false,
      user_expressions: {
        names: 'sorted(globals())',
        raw: 'raw',
        count: 'get_ipython().execution_count',
        inputs: 'len(In)'
      }
    }).done;
    return JSON.stringify((content as { user_expressions: object }).user_expressions);
  });
}

/** The tests of each cell, as they stand in the metadata: their names. */
async function names(lab: Lab): Promise<string[][]> {
  return lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return Array.from(panel.content.model!.cells, cell => {
      const ours = cell.sharedModel.getMetadata('nbquality') as
        { tests?: { name: string }[] } | undefined;
      return (ours?.tests ?? []).map(({ name }) => name);
    });
  });
}

async function activate(lab: Lab, number: number): Promise<void> {
  await lab.cell(number).locator('.jp-InputArea-prompt').click();
}

/** The tests of the active cell, in the card. */
function card(lab: Lab, title: string): Locator {
  return lab.panel
    .getByRole('list', { name: 'Tests of this cell' })
    .getByRole('listitem')
    .filter({ has: lab.page.getByRole('button', { name: title, exact: true }) });
}

function count(lab: Lab, name: string): Locator {
  return lab.panel.getByRole('button', { name, exact: true });
}

function dialog(lab: Lab, name: string | RegExp): Locator {
  return lab.page.getByRole('dialog', { name });
}

async function openTests(lab: Lab): Promise<void> {
  const title = lab.panel.getByRole('button', { name: /^Tests/ });
  if ((await title.getAttribute('aria-expanded')) === 'false') {
    await title.click();
  }
}

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

test('a test is written, fails with its values, and passes once the cell is mended', async ({
  lab
}) => {
  test.slow();
  await lab.openAndRun(ROOTS);
  await lab.openPanel();
  await openTests(lab);
  await activate(lab, 3);
  const before = await kernelState(lab);

  // By keyboard alone, from the button on.
  await lab.panel.getByRole('button', { name: 'Add test…' }).focus();
  await lab.page.keyboard.press('Enter');
  const form = dialog(lab, 'Add test to [3]');
  await expect(form.getByLabel('What must hold')).toBeFocused();
  expect(await violations(lab, '.jp-nbq-TestDialog')).toEqual([]);
  await lab.page.keyboard.press('ControlOrMeta+Enter');
  await expect(form.getByRole('alert')).toHaveText(/Write what must hold/);
  await form.getByLabel('What must hold').fill('The total is seven');
  await expect(form).toContainText('the_total_is_seven');
  await lab.page.keyboard.press('Tab');
  await lab.page.keyboard.type('raw.append(16)\nassert total == 7');
  await keepScreenshot(lab.page, 'test-dialog');
  await lab.page.keyboard.press('ControlOrMeta+Enter');
  await expect(form).toBeHidden();

  const row = card(lab, 'The total is seven');
  await expect(row.getByRole('img', { name: 'Failed' })).toBeVisible({
    timeout: 30_000
  });
  await expect(row).toContainText('assert total == 7');
  await expect(row).toContainText(/Expected\s*7/);
  await expect(row).toContainText(/Got\s*6\.0/);
  await expect(count(lab, '1 test failed')).toBeVisible();
  await expect(
    lab.cell(3).getByRole('img', { name: 'Tests: 1 failed' })
  ).toBeVisible();
  expect(await kernelState(lab)).toBe(before);
  expect(await violations(lab, '#jp-nbq-panel')).toEqual([]);
  await keepScreenshot(lab.page, 'tests-light');
  await lab.page.theme.setDarkTheme();
  expect(await violations(lab, '#jp-nbq-panel')).toEqual([]);
  await keepScreenshot(lab.page, 'tests-dark');
  await lab.page.theme.setLightTheme();

  // The line that failed is a click away.
  await row.getByRole('button', { name: 'Line 2 of the test' }).click();
  await expect(dialog(lab, 'Edit test of [3]')).toBeVisible();
  await lab.page.keyboard.press('Escape');
  await expect(
    dialog(lab, 'Edit test of [3]').getByRole('button', { name: 'Save and run' })
  ).toBeFocused();
  await lab.page.keyboard.press('Escape');

  await lab.write(3);
  await lab.page.keyboard.type(' + 1');
  await lab.checked();
  await expect(row).toContainText('outdated');
  await lab.page.keyboard.press('ControlOrMeta+Enter');
  await expect(lab.cell(3).locator('.jp-InputPrompt')).toHaveText(/\[5\]/);
  await row.getByRole('button', { name: 'Run test: The total is seven' }).click();
  await expect(
    row.getByRole('img', { name: 'Passed', exact: true })
  ).toBeVisible({ timeout: 30_000 });
  await expect(count(lab, '1 test passed')).toBeVisible();
  await expect(lab.panel).toContainText('1 of 4 cells has tests');

  // Beside a cell that takes long, where it is wished.
  await lab.write(4);
  await lab.page.keyboard.type('\nimport time\ntime.sleep(5)');
  await lab.page.keyboard.press('ControlOrMeta+Enter');
  await expect(lab.cell(4).locator('.jp-InputPrompt')).toHaveText(/\[\*\]/);
  await lab.leave();
  await lab.page.keyboard.press('ArrowUp');
  await row.getByRole('button', { name: 'Run test: The total is seven' }).click();
  await row.getByRole('button', { name: 'Run without waiting' }).click();
  await expect(row).toContainText('Ran while the kernel was busy');
  await expect(lab.cell(4).locator('.jp-InputPrompt')).toHaveText(/\[\*\]/);
  await expect(row).toContainText('outdated', { timeout: 10_000 });

  // Deleted, and brought back.
  await row
    .getByRole('button', { name: 'The total is seven', exact: true })
    .focus();
  await lab.page.keyboard.press('Shift+F10');
  await lab.menuEntry('Delete').click();
  await expect(row).toBeHidden();
  await lab.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();

  // Where it is wished, it runs after its cell.
  await lab.set('autoTest', true);
  await lab.write(3);
  await lab.page.keyboard.type('.0');
  await lab.checked();
  await expect(row).toContainText('outdated');
  await lab.page.keyboard.press('ControlOrMeta+Enter');
  await expect(row.getByRole('img', { name: 'Passed', exact: true })).toBeVisible(
    { timeout: 30_000 }
  );
});

test('what the kernel holds and no cell makes is told by a clean start', async ({
  lab
}) => {
  test.slow();
  await lab.openAndRun([
    'ghost = 3',
    tested('total = 3', ['alike', 'assert total == ghost'], ['own', 'assert total']),
    'print(total)'
  ]);
  await activate(lab, 1);
  await lab.execute('notebook:delete-cell');
  await lab.openPanel();
  await openTests(lab);
  await activate(lab, 1);
  await lab.panel.getByRole('button', { name: /^Run tests/ }).click();

  // The notebook is one that somebody else made.
  const question = dialog(lab, /^Run 2 tests that came with this notebook/);
  await expect(question).toContainText('assert total == ghost');
  expect(await violations(lab, '.jp-Dialog')).toEqual([]);
  await question.getByRole('button', { name: 'Run 2 tests' }).click();
  await expect(count(lab, '2 tests passed')).toBeVisible({ timeout: 30_000 });

  await lab.panel
    .getByRole('button', { name: 'Run all from a clean start' })
    .click();
  const row = card(lab, 'alike');
  await expect(row).toContainText(
    'passes here, fails from a clean start: ghost',
    { timeout: 60_000 }
  );
  await expect(count(lab, '1 test passed')).toBeVisible();
  await expect(count(lab, '1 test failed')).toBeVisible();
  await keepScreenshot(lab.panel, 'tests-differ');

  // The count shows what it counts.
  await count(lab, '1 test failed').click();
  await expect(lab.panel.getByRole('region', { name: /^Tests/ }).getByRole('listitem')).toHaveCount(1);
});

test('tests stay with their code while cells are split and merged', async ({
  lab
}) => {
  await lab.open([
    tested(
      'alpha = 1\nbeta = 2',
      ['first', 'assert alpha == 1'],
      ['second', 'assert beta == 2']
    ),
    'print(alpha)'
  ]);
  await lab.editor(1).click();
  await lab.page.keyboard.press('ControlOrMeta+Home');
  await lab.page.keyboard.press('End');
  await lab.execute('notebook:split-cell-at-cursor');
  expect(await lab.sources()).toEqual(['alpha = 1', 'beta = 2', 'print(alpha)']);
  await expect.poll(() => names(lab)).toEqual([['first'], ['second'], []]);
  await lab.leave();
  // Edits within half a second of one another are one step to undo.
  await lab.page.waitForTimeout(600);
  await lab.execute('notebook:merge-cell-above');
  await expect.poll(() => names(lab)).toEqual([['first', 'second'], []]);
  await lab.execute('notebook:undo-cell-action');
  await expect.poll(() => names(lab)).toEqual([['first'], ['second'], []]);
  await lab.execute('notebook:undo-cell-action');
  await expect.poll(() => names(lab)).toEqual([['first', 'second'], []]);
});

test('a test is proposed with what it notices, and added', async ({ lab }) => {
  test.slow();
  await lab.openAndRun([
    'raw = [2, 4, -1, 8]',
    tested(
      'def halve(values):\n    return [v / 2 for v in values if v > 0]\n\nhalved = halve(raw)',
      ['some', 'assert len([1]) == 1']
    ),
    'print(halved)'
  ]);
  await lab.openPanel();
  await openTests(lab);
  await activate(lab, 2);
  await lab.panel.getByRole('button', { name: 'Suggest tests…' }).click();
  await dialog(lab, /^Run a test that came with this notebook/)
    .getByRole('button', { name: 'Run test' })
    .click();
  const found = dialog(lab, 'Suggest tests for [2]');
  const add = found.getByRole('button', { name: /^Add test: halve/ }).first();
  await expect(add).toBeVisible({ timeout: 90_000 });
  await expect(found).toContainText(/notices \d+ of \d+ changes/);
  await expect(found).toContainText('Weak: notices 0 of');
  expect(await violations(lab, '.jp-nbq-SuggestDialog')).toEqual([]);
  await keepScreenshot(lab.page, 'tests-proposed');
  await add.focus();
  await lab.page.keyboard.press('Enter');
  await expect(
    found.getByRole('button', { name: /^Added: halve/ }).first()
  ).toBeFocused();
  await lab.page.keyboard.press('Escape');
  await expect(found).toBeHidden();
  expect((await names(lab))[1]).toHaveLength(2);
  await expect(count(lab, '2 tests not run')).toBeVisible();
  await expect(card(lab, 'some')).toContainText('Weak: notices 0 of');
});
