import type { NotebookPanel } from '@jupyterlab/notebook';

import { expect, test } from '../support/lab';
import type { Lab } from '../support/lab';

/** The active cell's number, from 1. */
function activeCell(lab: Lab): Promise<number> {
  return lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    return panel.content.activeCellIndex + 1;
  });
}

/** Puts the cursor into a cell. */
async function at(
  lab: Lab,
  number: number,
  line: number,
  column: number
): Promise<void> {
  await lab.editor(number).click();
  await lab.page.evaluate(
    position => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      panel.content.activeCell!.editor!.setCursorPosition(position);
    },
    { line, column }
  );
}

test('a gathered cell is a notebook that runs', async ({ lab }) => {
  await lab.open(
    [
      { type: 'markdown', source: '# Numbers' },
      'from pathlib import Path\nimport json',
      'raw = [1, 2, 3]\nunused = 4',
      'print(unused)',
      { source: 'raw.append(10)', metadata: { tags: ['kept'] } },
      'total = sum(raw)\ntotal',
      'after = total + 1'
    ],
    { hasOwnKernel: true }
  );
  await lab.openPanel();
  await lab.editor(6).click();
  await lab.cell(6).locator('.jp-InputPrompt').click({ button: 'right' });
  await lab.menuEntry('Notebook Quality').hover();
  await lab.menuEntry('Gather This Cell to a New Notebook').click();

  await expect(
    lab.page.getByRole('tab', { name: /^Untitled\.ipynb/ })
  ).toBeVisible();
  await expect(lab.notebook.locator('.jp-Cell')).toHaveCount(4);
  expect(await lab.sources()).toEqual([
    '# Numbers',
    'raw = [1, 2, 3]',
    'raw.append(10)',
    'total = sum(raw)\ntotal'
  ]);
  await expect
    .poll(() =>
      lab.page.evaluate(() => {
        const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
        return panel.sessionContext.session?.kernel?.status;
      })
    )
    .toBe('idle');
  await lab.execute('notebook:run-all-cells');
  await expect(lab.cell(4).locator('.jp-OutputArea-output')).toHaveText('16');

  // Once more: the first one is not written over.
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await lab.editor(7).click();
  await lab.execute('nbquality:gather');
  await expect(
    lab.page.getByRole('tab', { name: /^Untitled1\.ipynb/ })
  ).toBeVisible();
});

test('a cell that cannot be gathered says why', async ({ lab }) => {
  await lab.open(['x = (']);
  await lab.editor(1).click();
  await lab.execute('nbquality:gather');
  await expect(lab.toasts).toContainText('The cell does not parse');
  await expect(lab.page.getByRole('tab', { name: /^Untitled/ })).toHaveCount(0);
});

test('a name leads to its definition and its uses', async ({ lab }) => {
  await lab.open([
    'import math\nradius = 2',
    'area = math.pi * radius ** 2',
    'radius = 3',
    'print(\n    radius)',
    'def later():\n    return radius'
  ]);
  await at(lab, 2, 0, 19);
  await lab.page.keyboard.press('Alt+F12');
  await expect.poll(() => activeCell(lab)).toBe(1);
  await expect.poll(() => lab.selection()).toBe('radius');

  // Of several definitions the closest.
  await at(lab, 4, 1, 6);
  await lab.page.keyboard.press('Alt+F12');
  await expect.poll(() => activeCell(lab)).toBe(3);

  await at(lab, 3, 0, 2);
  await lab.page.keyboard.press('Alt+Shift+F12');
  await expect(lab.menuEntry('#4 line 2: radius)')).toBeVisible();
  await lab.menuEntry('#4 line 2: radius)').click();
  await expect.poll(() => activeCell(lab)).toBe(4);
  await expect.poll(() => lab.selection()).toBe('radius');

  await at(lab, 4, 0, 2);
  await lab.execute('nbquality:go-to-definition');
  await expect(lab.toasts.last()).toContainText('No cell defines print.');
});

test('linked cells are outlined where that is wished', async ({ lab }) => {
  await lab.open(['a = 1', 'b = a', 'c = b', 'other = 5']);
  await lab.editor(2).click();
  const outlined = lab.notebook.locator(
    '.jp-nbq-mod-needed, .jp-nbq-mod-user'
  );
  await expect(outlined).toHaveCount(0);
  await lab.execute('nbquality:toggle-highlight');
  await expect(lab.cell(1)).toHaveClass(/jp-nbq-mod-needed/);
  await expect(lab.cell(3)).toHaveClass(/jp-nbq-mod-user/);
  await expect(outlined).toHaveCount(2);

  await lab.editor(4).click();
  await expect(outlined).toHaveCount(0);
});

test('a name in the panel points at the cells it comes from', async ({
  lab
}) => {
  await lab.open(['a = 1', 'b = a']);
  await lab.openPanel();
  await lab.editor(2).click();
  const name = lab.panel.locator('.jp-nbq-names code', { hasText: /^a$/ });
  await name.hover();
  await expect(lab.cell(1)).toHaveClass(/jp-nbq-mod-pointed/);
  await lab.panel.locator('.jp-nbq-header').hover();
  await expect(lab.cell(1)).not.toHaveClass(/jp-nbq-mod-pointed/);
  await lab.panel
    .locator('.jp-nbq-names')
    .getByRole('button', { name: '#1' })
    .focus();
  await expect(lab.cell(1)).toHaveClass(/jp-nbq-mod-pointed/);
});
