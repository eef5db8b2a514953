import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import { notebookOf } from '../support/notebooks';

const UNUSED = 'import os\nprint(1)';
const UNDEFINED = 'print(undefined_name)';

/** The name of the notebook that the panel is about. */
function title(lab: Lab): Locator {
  return lab.panel.locator('.jp-nbq-header-name');
}

/** Brings the notebook of a tab to the front. */
async function toFront(lab: Lab, name: string): Promise<void> {
  await lab.page
    .locator('#jp-main-dock-panel')
    .getByRole('tab', { name, exact: true })
    .click();
}

test('of two notebooks the one in front is shown', async ({ lab }) => {
  await lab.open([UNUSED], { name: 'one.ipynb' });
  await lab.open([UNDEFINED], { name: 'two.ipynb' });
  await lab.openPanel();
  await expect(title(lab)).toHaveText('two.ipynb');
  await expect(lab.problem(/undefined_name/)).toBeVisible();
  await expect(lab.problem(/unused/)).toHaveCount(0);

  await toFront(lab, 'one.ipynb');
  await expect(title(lab)).toHaveText('one.ipynb');
  await expect(lab.problem(/unused/)).toBeVisible();
  await expect(lab.problem(/undefined_name/)).toHaveCount(0);

  // The filter was for the other.
  await toFront(lab, 'two.ipynb');
  await lab.panel.getByRole('button', { name: '1 error', exact: true }).click();
  await expect(lab.panel).toContainText('Showing 1 error.');
  await toFront(lab, 'one.ipynb');
  await expect(lab.problem(/unused/)).toBeVisible();
  await expect(lab.panel).not.toContainText('Showing');
});

test('two views of a notebook share what is known, and each is revealed in', async ({
  lab
}) => {
  await lab.open([UNUSED, UNDEFINED]);
  await lab.openPanel();
  await lab.execute('docmanager:clone');
  const views = lab.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  await expect(views).toHaveCount(2);
  for (const view of await views.all()) {
    await expect(view.locator('.jp-nbq-squiggle')).toHaveText([
      'os',
      'undefined_name'
    ]);
  }
  await expect(lab.problem(/undefined_name/)).toHaveCount(1);

  for (const view of await views.all()) {
    await view.locator('.cm-content').first().click();
    await lab
      .problem(/undefined_name/)
      .getByRole('button', { name: /undefined_name/ })
      .click();
    await expect(view.locator('.jp-Cell.jp-mod-active')).toContainText(
      UNDEFINED
    );
  }

  await views.first().locator('.cm-content').last().click();
  await lab.page.keyboard.press('ControlOrMeta+A');
  await lab.page.keyboard.type('print(2)');
  await expect(lab.problem(/undefined_name/)).toHaveCount(0);
  await expect(views.last().locator('.jp-nbq-squiggle')).toHaveText(['os']);
});

test('a new notebook is checked, renamed and closed', async ({ lab }) => {
  await lab.openPanel();
  await expect(lab.panel).toContainText('No notebook is open');

  await lab.page.evaluate(async folder => {
    const { commands, serviceManager } = window.jupyterapp;
    const { path } = await serviceManager.contents.newUntitled({
      path: folder,
      type: 'notebook'
    });
    await commands.execute('docmanager:open', {
      path,
      kernelPreference: { shouldStart: false, canStart: false }
    });
  }, lab.folder);
  await expect(title(lab)).toHaveText('Untitled.ipynb');
  await lab.editor(1).click();
  await lab.page.keyboard.type(UNDEFINED);
  await lab.leave();
  await expect(lab.problem(/undefined_name/)).toBeVisible();

  await lab.page.evaluate(async folder => {
    const { context } = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await context.save();
    await context.rename('sales.ipynb');
    return folder;
  }, lab.folder);
  await expect(title(lab)).toHaveText('sales.ipynb');
  await expect(title(lab)).toHaveAttribute(
    'title',
    `${lab.folder}/sales.ipynb`
  );
  await expect(lab.problem(/undefined_name/)).toBeVisible();

  await lab.execute('application:close');
  await expect(lab.panel).toContainText('No notebook is open');
  await expect(lab.status).toBeHidden();
});

test('a notebook that changed on the disk is checked when it is reverted', async ({
  lab
}) => {
  await lab.open([UNUSED]);
  await lab.openPanel();
  await expect(lab.problem(/unused/)).toBeVisible();

  await lab.page.contents.uploadContent(
    notebookOf(['print(1)', UNDEFINED]),
    'text',
    `${lab.folder}/test.ipynb`
  );
  await lab.page.evaluate(() =>
    (window.jupyterapp.shell.currentWidget as NotebookPanel).context.revert()
  );
  await expect(lab.problem(/undefined_name/)).toBeVisible();
  await expect(lab.problem(/unused/)).toHaveCount(0);
  await expect(lab.squiggles()).toHaveText(['undefined_name']);
});

test('a read-only notebook is checked, and not changed', async ({ lab }) => {
  const isNotebook = /\/api\/contents\/.*\.ipynb\?type=notebook/;
  const putBack = await lab.answer(isNotebook, async route => {
    const response = await route.fetch();
    await route.fulfill({
      response,
      json: { ...((await response.json()) as object), writable: false }
    });
  });
  await lab.open([UNUSED]);
  putBack();
  await lab.openPanel();
  await lab
    .problem(/unused/)
    .getByRole('button', { name: /^Remove/ })
    .click();

  await expect(lab.toasts).toContainText(
    'This notebook is read-only, so nothing was changed.'
  );
  expect(await lab.source(1)).toBe(UNUSED);
});

test('a notebook of another language is told so politely', async ({ lab }) => {
  await lab.openPanel();
  const name = 'survival.ipynb';
  await lab.page.contents.uploadContent(
    notebookOf(['library(survival)\nx <- c(1, 2)'], {
      kernelspec: { name: 'ir', display_name: 'R', language: 'R' },
      language_info: { name: 'R', version: '4.4.0' }
    }),
    'text',
    `${lab.folder}/${name}`
  );
  await lab.execute('docmanager:open', {
    path: `${lab.folder}/${name}`,
    kernelPreference: { shouldStart: false, canStart: false }
  });
  await expect(lab.panel).toContainText('Python notebooks only');
  await expect(lab.panel).toContainText('This notebook uses the R kernel.');
  await expect(title(lab)).toHaveText(name);
  await expect(lab.squiggles()).toHaveCount(0);
  await expect(lab.status).toBeHidden();

  await lab.panel.getByRole('button', { name: 'Change kernel…' }).click();
  const select = lab.page
    .getByRole('dialog')
    .filter({ hasText: 'Select Kernel' });
  await expect(select).toBeVisible();
  await lab.page.keyboard.press('Escape');
  await expect(select).toBeHidden();
});

test.describe('a notebook that is full of markup', () => {
  const SCRIPT = '<img src=x onerror="window.hacked=1;alert(1)">';

  test('is shown as text everywhere', async ({ lab }) => {
    const dialogs: string[] = [];
    const onDialog = (dialog: {
      message(): string;
      dismiss(): Promise<void>;
    }): void => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    };
    lab.page.on('dialog', onDialog);
    await lab.open(
      [
        `${SCRIPT} = 1`,
        `"${SCRIPT.replace(/"/g, "'")}"; import os`,
        {
          source: `x = 1`,
          count: 1,
          outputs: [
            {
              output_type: 'error',
              ename: SCRIPT,
              evalue: SCRIPT,
              traceback: []
            }
          ]
        },
        `__all__ = ["${SCRIPT.replace(/"/g, "'")}"]`
      ],
      { name: `${SCRIPT.replace(/[/"]/g, '')}.ipynb` }
    );
    await lab.openPanel();
    await expect(title(lab)).toContainText('<img src=x');

    // Each cell in the card, with its state; each problem with its own card.
    for (const number of [1, 2, 3, 4]) {
      await lab.editor(number).click();
      const first = lab.squiggles(number).first();
      if ((await first.count()) > 0) {
        await first.hover();
        await expect(lab.card).toBeVisible();
        await expect(lab.card.locator('img, script')).toHaveCount(0);
        await lab.page.keyboard.press('Escape');
      }
    }
    await lab.editor(3).click();
    await expect(
      lab.panel.getByRole('region', { name: /^This cell/ })
    ).toContainText(`Failed: ${SCRIPT}`);
    await expect(
      lab.panel.getByRole('region', { name: /^Problems/ })
    ).toContainText('<img src=x onerror');

    await expect(lab.panel.locator('img, script, [onerror]')).toHaveCount(0);
    expect(dialogs).toEqual([]);
    expect(
      await lab.page.evaluate(() => (window as { hacked?: number }).hacked)
    ).toBeUndefined();
    lab.page.off('dialog', onDialog);
  });
});
