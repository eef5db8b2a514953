import { expect, test } from '../support/lab';

const CELLS = [
  'import math',
  'radius = 2',
  { type: 'markdown' as const, source: '# Words' },
  'area = math.pi * radius ** 2',
  'print(area)',
  'other = 1'
];

test.describe('this cell', () => {
  test('tells what it reads and writes, and leads there', async ({ lab }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await lab.editor(4).click();

    const names = lab.panel.locator('.jp-nbq-names');
    await expect(names).toContainText(/Reads\s*radius\s*from\s*#2/);
    await expect(names).toContainText(/math\s*from\s*#1/);
    await expect(names).toContainText(/Writes\s*area\s*used in\s*#5/);

    await names.getByRole('button', { name: '#5' }).click();
    await expect(lab.cell(5)).toHaveClass(/jp-mod-active/);
    await expect(names).toContainText(/Reads\s*area\s*from\s*#4/);
  });

  test('keeps what it read while a line is not finished', async ({ lab }) => {
    await lab.open(CELLS);
    await lab.openPanel();
    await lab.write(4);
    await lab.page.keyboard.type('\narea = 1 +');
    await lab.checked();

    const names = lab.panel.locator('.jp-nbq-names');
    await expect(names).toContainText(/Reads\s*radius/);
    await expect(names).toContainText('As of the last text that parsed.');
  });

  test('says nothing of a cell that shares no names', async ({ lab }) => {
    await lab.open(['print(1)', 'x = 2']);
    await lab.openPanel();
    await lab.editor(1).click();
    await lab.checked();
    await expect(lab.panel.locator('.jp-nbq-names')).toHaveCount(0);
  });
});

test('dependencies link what a cell needs and what needs it', async ({
  lab
}) => {
  await lab.open(CELLS);
  await lab.openPanel();
  await lab.editor(4).click();
  const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
  if ((await title.getAttribute('aria-expanded')) === 'false') {
    await title.click();
  }

  const rows = lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('listitem');
  // The cell that only imports is left out.
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(rows.nth(1)).toContainText('needs #1, #2');
  await expect(rows.nth(3)).toHaveClass(/jp-nbq-mod-far/);
  await expect(rows.nth(2)).not.toHaveClass(/jp-nbq-mod-far/);
  await expect(lab.panel.locator('.jp-nbq-lanes .jp-nbq-mod-linked')).toHaveCount(
    4
  );

  await rows.nth(0).getByRole('button').first().click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);

  // Which sections are open is remembered.
  await title.click();
  await expect(rows).toHaveCount(0);
});

test('every use of what a name holds is listed, and leads there', async ({
  lab
}) => {
  await lab.open([
    'rate = 1',
    'low = rate\nprint(rate, rate)\nrate = 2\nprint(rate)',
    'def tax(sum):\n    return sum * rate'
  ]);
  await lab.editor(1).click();
  await lab.page.keyboard.press('Home');
  await lab.execute('nbquality:find-uses');
  const entries = lab.page.locator('.lm-Menu.jp-nbq-menu .lm-Menu-itemLabel');
  // Not those of the rate that is defined later, and a line once.
  await expect(entries).toHaveText([
    '#2 line 1: low = rate',
    '#2 line 2: print(rate, rate)'
  ]);
  await entries.nth(1).click();
  await expect(lab.cell(2)).toHaveClass(/jp-mod-active/);
  await expect.poll(() => lab.selection()).toBe('rate');

  await lab.editor(2).locator('.cm-line').nth(2).click();
  await lab.page.keyboard.press('Home');
  await lab.execute('nbquality:find-uses');
  await expect(entries).toHaveText([
    '#2 line 4: print(rate)',
    '#3 line 2: return sum * rate'
  ]);
  await lab.page.keyboard.press('Escape');
});
