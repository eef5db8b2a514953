import { galata } from '@jupyterlab/galata';
import { expect, test } from '@playwright/test';

import { notebookOf } from '../support/notebooks';

const FOLDER = 'notebook-7';

test.describe('in Notebook 7', () => {
  test.beforeEach(async ({ page, request }) => {
    const contents = galata.newContentsHelper(request);
    await contents.createDirectory(FOLDER);
    await contents.uploadContent(
      notebookOf(['import os\nprint(undefined_name)']),
      'text',
      `${FOLDER}/test.ipynb`
    );
    await page.goto(`notebooks/${FOLDER}/test.ipynb`);
    await expect(page.locator('.jp-Cell')).toBeVisible();
  });

  test.afterEach(async ({ request }) => {
    await galata.newContentsHelper(request).deleteDirectory(FOLDER);
  });

  test('problems are underlined, and the panel opens', async ({ page }) => {
    await expect(page.locator('.jp-nbq-squiggle')).toHaveText([
      'os',
      'undefined_name'
    ]);

    // Galata's helper knows the menu of JupyterLab alone.
    // eslint-disable-next-line jupyter/galata-prefer-menu-helper
    await page.getByRole('menuitem', { name: 'View' }).click();
    await page
      .locator('.lm-Menu-item')
      .filter({ hasText: 'Show Notebook Quality' })
      .click();
    const panel = page.locator('#jp-nbq-panel');
    await expect(panel).toBeVisible();
    await expect(panel.locator('.jp-nbq-header-name')).toHaveText('test.ipynb');

    await panel.getByRole('button', { name: '1 error', exact: true }).click();
    await panel
      .getByRole('button', { name: /^undefined_name|undefined_name$/ })
      .click();
    await expect(panel.locator('.jp-nbq-row')).toHaveCount(1);

    // There are no tabs here: a rule's page is a dialog.
    await panel.getByRole('button', { name: 'F821' }).click();
    await expect(page.getByRole('dialog')).toContainText('F821');
  });

  test('the graph opens below the notebook', async ({ page }) => {
    // eslint-disable-next-line jupyter/galata-prefer-menu-helper
    await page.getByRole('menuitem', { name: 'View' }).click();
    await page
      .locator('.lm-Menu-item')
      .filter({ hasText: 'Show Notebook Quality' })
      .click();
    await page
      .locator('#jp-nbq-panel')
      .getByRole('button', { name: 'Graph' })
      .click();
    const node = page.locator('.jp-nbq-graph-node');
    await expect(node).toContainText('print(undefined_name)');
    await expect(node).toBeInViewport({ ratio: 1 });
  });
});
