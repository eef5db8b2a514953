import { expect, test } from '../support/lab';
import { exampleNotebook } from '../support/notebooks';
import { keepScreenshot } from '../support/screenshots';

// The guide shows the pictures of these tests: `make screenshots` puts them there.

/** The width that the panel is designed for. */
const PANEL_WIDTH = 340;

const THEMES = {
  light: { name: 'JupyterLab Light', picture: 'guide-light' },
  dark: { name: 'JupyterLab Dark', picture: 'guide-dark' }
};

test.afterEach(async ({ lab }) => {
  await lab.page.setViewportSize({ width: 1280, height: 800 });
  await lab.page.theme.setLightTheme();
});

for (const [key, { name, picture }] of Object.entries(THEMES)) {
  test(`the messy example beside the panel, ${key}`, async ({ lab }) => {
    const { page } = lab;
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.theme.setTheme(name);
    await page.sidebar.close('left');
    await lab.open(exampleNotebook('customer_churn'), {
      name: 'customer_churn.ipynb'
    });
    await lab.execute('application:close-other-tabs');
    await lab.openPanel();
    await page.sidebar.setWidth(PANEL_WIDTH, 'right');
    await lab.cell(7).locator('.jp-InputPrompt').click();

    await expect(
      lab.panel.getByRole('button', { name: /^\d+ errors$/ })
    ).toBeVisible();
    await expect(lab.problem(/train_test_split/)).toHaveAttribute(
      'aria-current',
      'true'
    );
    await lab.squiggles(7).hover();
    await expect(lab.card).toContainText('train_test_split');

    // Below the text that it is about, and inside the window.
    const text = (await lab.squiggles(7).boundingBox())!;
    const card = (await lab.card.boundingBox())!;
    expect(card.y).toBeGreaterThanOrEqual(text.y + text.height);
    expect(card.y + card.height).toBeLessThan(900);
    // Nothing in the panel is cut off at its side.
    const { scrollWidth, clientWidth } = await lab.panel.evaluate(node => ({
      scrollWidth: node.scrollWidth,
      clientWidth: node.clientWidth
    }));
    expect(scrollWidth).toBe(clientWidth);
    await keepScreenshot(page, picture);
  });
}
