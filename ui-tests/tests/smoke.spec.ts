import { AxeBuilder } from '@axe-core/playwright';

import { expect, test } from '../support/lab';
import { keepScreenshot } from '../support/screenshots';

test('a notebook opens beside the panel', async ({ lab }) => {
  const { page } = lab;
  await lab.open(['1']);

  const tab = page.getByRole('tab', { name: 'Notebook Quality' });
  await expect(tab).toBeVisible();

  await page.sidebar.openTab('jp-nbq-panel');
  await expect(page.locator('#jp-nbq-panel')).toBeVisible();
  await expect(page.locator('#jp-main-statusbar')).toContainText('Idle');
  await keepScreenshot(page, 'smoke');

  const { violations } = await new AxeBuilder({ page })
    .include('#jp-nbq-panel')
    .analyze();
  expect(violations).toEqual([]);
});
