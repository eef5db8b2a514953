import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';

const VERSION = '**/nbquality/api/version*';
const INSPECT = '**/nbquality/api/inspect*';
const UNUSED = 'import os\nprint(1)';

test('no notebook: says what the panel does, and leads to one', async ({
  lab
}) => {
  await lab.openPanel();
  await expect(lab.panel).toContainText('No notebook is open');
  await expect(
    lab.panel.getByRole('button', { name: 'Open a notebook…' })
  ).toBeVisible();
  await expect(lab.status).toBeHidden();
});

test.describe('a server part', () => {
  // What it said is kept, so each of these needs a page that did not ask yet.
  test.use({ autoGoto: false });

  /** Opens a notebook in a page that has asked nothing yet. */
  async function openIn(lab: Lab): Promise<void> {
    await lab.page.goto();
    await lab.open([UNUSED], { isChecked: false });
    await lab.openPanel();
  }

  test('that is missing is told, and works once it is there', async ({
    freshLab: lab
  }) => {
    const putBack = await lab.answer(VERSION, route =>
      route.fulfill({ status: 404 })
    );
    await openIn(lab);
    await expect(lab.panel).toContainText('The server part is missing');
    await expect(lab.panel).toContainText(
      'jupyter server extension enable jupyter_nbquality'
    );
    await expect(lab.squiggles()).toHaveCount(0);
    await expect(lab.status).toBeHidden();

    const again = lab.panel.getByRole('button', { name: 'Try again' });
    await again.click();
    await expect(lab.panel).toContainText('The server part is missing');

    putBack();
    await again.click();
    await expect(lab.problem(/unused/)).toBeVisible();
    await expect(lab.squiggles(1)).toHaveText(['os']);
  });

  test('that is of another version is told, and how to mend it', async ({
    freshLab: lab
  }) => {
    await lab.answer(VERSION, async route => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        json: { ...((await response.json()) as object), api: 0 }
      });
    });
    await openIn(lab);
    await expect(lab.panel).toContainText(
      'The server part is of another version'
    );
    await expect(lab.panel).toContainText(
      'pip install --upgrade jupyter_nbquality'
    );
    await expect(
      lab.panel.getByRole('button', { name: 'Copy command' })
    ).toBeVisible();
  });
});

test('a check that fails is told above the results before it', async ({
  lab
}) => {
  await lab.open([UNUSED, 'print(1)']);
  await lab.openPanel();
  await expect(lab.problem(/unused/)).toBeVisible();

  const putBack = await lab.answer(INSPECT, route =>
    route.fulfill({
      status: 500,
      json: { message: 'The analysis took more than 30 seconds.' }
    })
  );
  await lab.write(2);
  await lab.page.keyboard.type('\nprint(2)');
  await expect(lab.panel).toContainText('Could not check this notebook.');
  await expect(lab.panel).toContainText(
    'The analysis took more than 30 seconds.'
  );
  await expect(lab.panel).toContainText(/Results below are from \d+:\d\d/);
  await expect(lab.panel.locator('.jp-nbq-header-state')).toHaveText(
    'check failed'
  );
  await expect(lab.problem(/unused/)).toBeVisible();

  putBack();
  // Any change checks anew as well, so the button may be gone by itself.
  await lab.panel.getByRole('button', { name: 'Check again' }).first().click();
  await lab.checked();
  await expect(lab.panel).not.toContainText('Could not check');
  await expect(lab.panel.locator('.jp-nbq-header-state')).toHaveText('');
});

test('a slow check is told, keeps the results before it, and can be stopped', async ({
  lab
}) => {
  await lab.open([UNUSED, 'print(1)']);
  await lab.openPanel();
  const held: (() => void)[] = [];
  const putBack = await lab.answer(INSPECT, async route => {
    await new Promise<void>(resolve => held.push(resolve));
    await route.abort().catch(() => undefined);
  });
  await lab.write(2);
  await lab.page.keyboard.type('\nprint(2)');

  await expect(lab.panel.getByRole('progressbar')).toBeVisible();
  await expect(lab.panel).toContainText('checking 1 cell');
  await expect(lab.problem(/unused/)).toBeVisible();

  await lab.panel.getByRole('button', { name: 'Stop checking' }).click();
  await expect(lab.panel.getByRole('progressbar')).toHaveCount(0);
  await expect(lab.problem(/unused/)).toBeVisible();

  putBack();
  held.forEach(release => release());
  await lab.panel.getByRole('button', { name: 'Check again' }).click();
  await lab.checked();
});

test('an empty notebook has nothing to be said of', async ({ lab }) => {
  await lab.open(['']);
  await lab.openPanel();
  await expect(lab.panel.getByRole('region', { name: /^Problems/ })).toHaveText(
    'No problems.'
  );
  await expect(
    lab.panel.getByRole('button', { name: '0 errors', exact: true })
  ).toBeVisible();
  await expect(
    lab.panel.getByRole('button', { name: /^Fix safe/ })
  ).toBeDisabled();
  await expect(lab.status).toHaveText('No problems');
});

test('a cell that does not parse has one row, and the others are checked', async ({
  lab
}) => {
  await lab.open(['print((1', UNUSED]);
  await lab.openPanel();
  const rows = lab.panel
    .getByRole('region', { name: /^Problems/ })
    .locator('.jp-nbq-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText(/[Ss]yntax|parse|expected/);
  await expect(lab.problem(/unused/)).toBeVisible();

  // Not while it is being written.
  await lab.write(1);
  await lab.page.keyboard.type(' + ');
  await expect(rows).toHaveCount(1);
  await lab.leave();
  await expect(rows).toHaveCount(2);
});
