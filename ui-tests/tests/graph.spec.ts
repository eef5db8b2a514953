import { readFile } from 'node:fs/promises';

import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import { exampleNotebook, notebookOf } from '../support/notebooks';
import { keepScreenshot } from '../support/screenshots';

const CELLS = [
  'import math',
  'radius = 2',
  { type: 'markdown' as const, source: '# Words' },
  'area = math.pi * radius ** 2',
  'print(area)',
  'volume = area * radius',
  'other = 1'
];

const THEMES = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  'high-contrast': 'JupyterLab Dark High Contrast'
};

function graph(lab: Lab): Locator {
  return lab.page.locator('.jp-nbq-Graph:visible');
}

function nodes(lab: Lab): Locator {
  return graph(lab).locator('.jp-nbq-graph-node');
}

/** The node of a cell, from 1 as people count. */
function node(lab: Lab, number: number): Locator {
  return graph(lab).locator(`[data-nbq-cell="c${number}"]`);
}

function tab(lab: Lab, name: string): Locator {
  return lab.page.getByRole('tab', { name });
}

async function openGraph(lab: Lab): Promise<void> {
  await lab.execute('nbquality:open-graph');
  await expect(nodes(lab).first()).toBeVisible();
}

/** The numbers of the cells that are drawn. */
async function drawn(lab: Lab): Promise<string[]> {
  return nodes(lab).evaluateAll(all =>
    all.map(one => (one as HTMLElement).dataset.nbqCell ?? '')
  );
}

test('the graph opens from the panel, in notebook order', async ({ lab }) => {
  await lab.open(CELLS);
  await lab.openPanel();
  await lab.panel.getByRole('button', { name: 'Graph' }).click();

  await expect(tab(lab, 'Graph: test')).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await expect(nodes(lab)).toHaveCount(5);
  // The cell that only imports is left out, until it is asked for.
  await expect.poll(() => drawn(lab)).toEqual(['c2', 'c4', 'c5', 'c6', 'c7']);
  await graph(lab).getByRole('checkbox', { name: 'Imports' }).click();
  await expect(nodes(lab)).toHaveCount(6);

  await expect(node(lab, 4)).toContainText('needs #1, #2, is used by #5, #6');
  const names = graph(lab).locator('.jp-nbq-graph-names text');
  expect((await names.allTextContents()).sort()).toEqual([
    'area',
    'area',
    'math',
    'radius',
    'radius'
  ]);
});

test('a click selects the cell in the notebook and the panel, and nothing moves', async ({
  lab
}) => {
  await lab.open(CELLS);
  await lab.openPanel();
  await openGraph(lab);
  const before = await node(lab, 7).boundingBox();

  await node(lab, 5).click();
  await expect(node(lab, 5)).toHaveAttribute('aria-current', 'true');
  await expect(lab.panel.locator('.jp-nbq-names')).toContainText(
    /Reads\s*area/
  );
  await expect(
    graph(lab).locator(
      '.jp-nbq-graph-canvas .jp-nbq-graph-line.jp-nbq-mod-linked'
    )
  ).toHaveCount(2);
  await expect(graph(lab).locator('.jp-nbq-graph-legend')).toContainText(
    'linked to #5: 2 cells'
  );
  expect(await node(lab, 7).boundingBox()).toEqual(before);

  // And the other way round.
  await tab(lab, 'test.ipynb').click();
  await expect(lab.cell(5)).toHaveClass(/jp-mod-active/);
  await lab.editor(2).click();
  await tab(lab, 'Graph: test').click();
  await expect(node(lab, 2)).toHaveAttribute('aria-current', 'true');
});

test('a double click goes to the cell', async ({ lab }) => {
  await lab.open(CELLS);
  await openGraph(lab);
  await node(lab, 6).dblclick();
  await expect(lab.cell(6)).toHaveClass(/jp-mod-active/);
  await expect(lab.editor(6)).toBeFocused();
});

test('the keys alone lead along the arrows, to a cell, and back', async ({
  lab
}) => {
  await lab.open(CELLS);
  await lab.editor(2).click();
  await openGraph(lab);
  const { keyboard } = lab.page;
  await expect(node(lab, 2)).toBeFocused();

  await keyboard.press('ArrowDown');
  await expect(node(lab, 4)).toBeFocused();
  await keyboard.press('ArrowDown');
  await expect(node(lab, 5)).toBeFocused();
  const isRight =
    (await node(lab, 6).boundingBox())!.x >
    (await node(lab, 5).boundingBox())!.x;
  await keyboard.press(isRight ? 'ArrowRight' : 'ArrowLeft');
  await expect(node(lab, 6)).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(node(lab, 4)).toBeFocused();
  await keyboard.press('End');
  await expect(node(lab, 7)).toBeFocused();
  await keyboard.press('PageUp');
  await expect(node(lab, 6)).toBeFocused();
  // Moving about selects nothing; Space does.
  await expect(node(lab, 2)).toHaveAttribute('aria-current', 'true');
  await keyboard.press('Space');
  await expect(node(lab, 6)).toHaveAttribute('aria-current', 'true');

  // One stop of the Tab key, before it the toolbar.
  await keyboard.press('Shift+Tab');
  await expect(graph(lab).getByRole('toolbar')).toContainText('All cells');
  await expect(
    graph(lab).getByRole('button', { name: 'All cells' })
  ).toBeFocused();
  await keyboard.press('Tab');
  await expect(node(lab, 6)).toBeFocused();

  await keyboard.press('Escape');
  await expect(lab.cell(6)).toBeVisible();
  await expect(lab.notebook.locator(':focus')).toHaveCount(1);

  await openGraph(lab);
  await keyboard.press('Enter');
  await expect(lab.editor(6)).toBeFocused();
});

test('it is zoomed by buttons, keys and the wheel, which also pans', async ({
  lab
}) => {
  await lab.open(exampleNotebook('customer_churn'), {
    name: 'customer_churn.ipynb'
  });
  await openGraph(lab);
  const { keyboard, mouse } = lab.page;
  const zoom = graph(lab).locator('.jp-nbq-graph-zoom');
  const before = await zoom.textContent();

  await graph(lab).getByRole('button', { name: 'Zoom in' }).click();
  await expect(zoom).not.toHaveText(before!);
  await nodes(lab).nth(2).click();
  await keyboard.press('0');
  await expect(zoom).toHaveText(/\d\d%/);
  const fitting = Number.parseInt((await zoom.textContent())!);
  await keyboard.press('+');
  await expect
    .poll(async () => Number.parseInt((await zoom.textContent())!))
    .toBeGreaterThan(fitting);

  // What is under the pointer stays there.
  const target = nodes(lab).nth(5);
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await keyboard.down('Control');
  await mouse.wheel(0, -300);
  await keyboard.up('Control');
  await expect
    .poll(async () => (await target.boundingBox())!.width)
    .toBeGreaterThan(box.width * 1.3);
  const after = (await target.boundingBox())!;
  expect(
    Math.abs(after.x + after.width / 2 - box.x - box.width / 2)
  ).toBeLessThan(6);

  const canvas = graph(lab).locator('.jp-nbq-graph-canvas');
  const top = await canvas.evaluate(area => area.scrollTop);
  await mouse.wheel(0, 60);
  await expect
    .poll(() => canvas.evaluate(area => area.scrollTop))
    .not.toBe(top);
});

test('it follows the notebook: edits, another name, its end', async ({
  lab
}) => {
  await lab.open(CELLS);
  await openGraph(lab);
  await node(lab, 5).dblclick();
  await lab.write(5);
  await lab.page.keyboard.type('\nresult = other_name + area');
  await lab.checked();
  await lab.write(7);
  await lab.page.keyboard.type('\nlast = result');
  await lab.checked();
  await tab(lab, 'Graph: test').click();
  await expect(node(lab, 7)).toContainText('needs #5');

  await lab.page.evaluate(
    async path => {
      await window.jupyterapp.serviceManager.contents.rename(
        `${path}/test.ipynb`,
        `${path}/renamed.ipynb`
      );
    },
    lab.folder
  );
  await expect(tab(lab, 'Graph: renamed')).toBeVisible();

  await lab.page.evaluate(() => {
    const { shell } = window.jupyterapp;
    Array.from(shell.widgets('main'))
      .find(({ title }) => title.label === 'renamed.ipynb')!
      .dispose();
  });
  await expect(tab(lab, 'Graph: renamed')).toHaveCount(0);
});

test('two notebooks have two graphs, and the panel shows the one in front', async ({
  lab
}) => {
  await lab.open(CELLS, { name: 'one.ipynb' });
  await openGraph(lab);
  await lab.open(['first = 1', 'print(first)'], { name: 'two.ipynb' });
  await openGraph(lab);
  await lab.openPanel();
  await expect(nodes(lab)).toHaveCount(2);
  await expect(lab.panel.getByRole('heading', { level: 2 })).toHaveText(
    'two.ipynb'
  );

  await tab(lab, 'Graph: one').click();
  await expect(nodes(lab)).toHaveCount(5);
  await expect(lab.panel.getByRole('heading', { level: 2 })).toHaveText(
    'one.ipynb'
  );
  await node(lab, 6).click();
  await expect(lab.panel.locator('.jp-nbq-names')).toContainText(
    /Writes\s*volume/
  );
  await tab(lab, 'two.ipynb').click();
  await expect(lab.panel.getByRole('heading', { level: 2 })).toHaveText(
    'two.ipynb'
  );
});

test('a node has the menu of its cell', async ({ lab }) => {
  await lab.open(CELLS);
  await openGraph(lab);
  const entry = lab.menuEntry('Run with what it needs');
  // A graph that was opened just now may still come to the front, which closes menus.
  await expect(async () => {
    await node(lab, 6).click({ button: 'right' });
    await expect(entry).toBeVisible({ timeout: 1000 });
  }).toPass();
  await lab.menuEntry('Go to cell').click();
  await expect(lab.editor(6)).toBeFocused();
});

test('a row of the panel is shown in the graph', async ({ lab }) => {
  await lab.open(CELLS);
  await lab.openPanel();
  const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
  if ((await title.getAttribute('aria-expanded')) === 'false') {
    await title.click();
  }
  await lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('listitem')
    .nth(2)
    .click({ button: 'right' });
  await lab.menuEntry('Show in graph').click();
  await expect(node(lab, 5)).toBeFocused();
  await expect(node(lab, 5)).toHaveAttribute('aria-current', 'true');
  await title.click();
});

test('stale cells are tinted, and say so in words', async ({ lab }) => {
  await lab.open(CELLS, { hasOwnKernel: true });
  await lab.openPanel();
  // The kernel is there, and nothing ran yet.
  await expect(
    lab.panel.getByRole('button', { name: /^Dependencies/ })
  ).toContainText('6 not run');
  await lab.execute('notebook:run-all-cells');
  await openGraph(lab);
  await expect(node(lab, 6)).toContainText('fresh', { timeout: 30_000 });
  await expect(graph(lab).locator('.jp-nbq-graph-canvas .jp-nbq-graph-region')).toHaveAttribute('d', '');

  await node(lab, 4).dblclick();
  await lab.write(4);
  await lab.page.keyboard.type(' + 1');
  await tab(lab, 'Graph: test').click();
  await expect(node(lab, 4)).toContainText('edited since it ran');
  await expect(node(lab, 6)).toContainText('stale');
  await expect(node(lab, 2)).toContainText('fresh');
  await expect(graph(lab).locator('.jp-nbq-graph-canvas .jp-nbq-graph-region')).toHaveAttribute('d', /^M/);
  await graph(lab).getByRole('button', { name: 'Stale', exact: true }).click();
  await expect(nodes(lab)).toHaveCount(3);
});

test('a long notebook opens with what the active cell is linked with', async ({
  lab
}) => {
  const pairs = Array.from({ length: 60 }, (_, place) => [
    `v${place} = ${place}`,
    `print(v${place})`
  ]).flat();
  await lab.open(pairs);
  await lab.editor(2).click();
  await openGraph(lab);
  await expect(nodes(lab)).toHaveCount(2);
  const linked = graph(lab).getByRole('button', { name: 'Linked to #2' });
  await expect(linked).toHaveAttribute('aria-pressed', 'true');
  await graph(lab).getByRole('button', { name: 'All cells' }).click();
  await expect(nodes(lab)).toHaveCount(120);
});

test('of a thousand cells, as many are drawn as there is time for', async ({
  lab
}) => {
  const cells = Array.from({ length: 1000 }, (_, place) =>
    place === 0 ? 'v0 = 0' : `v${place} = v${place - 1} + v${Math.floor(place / 2)}`
  );
  await lab.open(cells);
  await lab.editor(2).click();
  await openGraph(lab);
  await expect(nodes(lab)).toHaveCount(200);
  await expect(graph(lab).locator('.jp-nbq-graph-notice')).toHaveText(
    'The 200 cells nearest to #2 are shown; 800 more would be too many to draw.'
  );
});

test('notebooks without anything to draw say so', async ({ lab }) => {
  await lab.open(['']);
  await lab.execute('nbquality:open-graph');
  await expect(graph(lab)).toContainText('No code to link');
  await lab.open(['only = 1'], { name: 'one.ipynb' });
  await openGraph(lab);
  await expect(graph(lab)).toContainText('There is one cell');
});

for (const [format, ending] of [
  ['SVG', 'svg'],
  ['Mermaid', 'mmd']
]) {
  test(`it is saved as ${format}, with every cell`, async ({ lab }) => {
    await lab.open([...CELLS, 'tag = "</text><script>"']);
    await openGraph(lab);
    await graph(lab)
      .getByRole('button', { name: 'Save or copy the graph' })
      .click();
    const saving = lab.page.waitForEvent('download');
    await lab.menuEntry(`Save as ${format}`).click();
    const file = await saving;
    expect(file.suggestedFilename()).toBe(`test-graph.${ending}`);
    const text = await readFile(await file.path(), 'utf8');
    for (const words of ['radius = 2', 'print(area)', 'volume = area']) {
      expect(text).toContain(words);
    }
    expect(text).not.toContain('<script');
    expect(text).not.toContain('var(');
  });
}

test.describe('a server part', () => {
  // What it said is kept, so this needs a page that did not ask yet.
  test.use({ autoGoto: false });

  test('that is missing is told in the place of the graph', async ({
    freshLab: lab
  }) => {
    const putBack = await lab.answer('**/nbquality/api/version*', route =>
      route.fulfill({ status: 404 })
    );
    await lab.page.goto();
    await lab.open(CELLS, { isChecked: false });
    await lab.execute('nbquality:open-graph');
    await expect(graph(lab)).toContainText('The graph needs the server part');
    await expect(
      graph(lab).getByRole('button', { name: 'Try again' })
    ).toBeVisible();
    putBack();
    // Another check may have been under way.
    await lab.execute('nbquality:check');
    await expect(nodes(lab)).toHaveCount(5);
  });
});

test('a notebook of another language has no graph, and is told so', async ({
  lab
}) => {
  const path = `${lab.folder}/survival.ipynb`;
  await lab.page.contents.uploadContent(
    notebookOf(['x <- 1', 'print(x)'], {
      kernelspec: { name: 'ir', display_name: 'R', language: 'R' },
      language_info: { name: 'R', version: '4.4.0' }
    }),
    'text',
    path
  );
  await lab.execute('docmanager:open', {
    path,
    kernelPreference: { shouldStart: false, canStart: false }
  });
  await lab.execute('nbquality:open-graph');
  await expect(graph(lab)).toContainText('This notebook uses the R kernel.');
});

test('it comes back after the page is loaded again', async ({ freshLab }) => {
  const { page } = freshLab;
  await freshLab.open(CELLS);
  await openGraph(freshLab);
  await page.evaluate(async () => {
    await window.jupyterapp.restored;
  });
  // The layout is saved a moment after it changed.
  await page.waitForTimeout(2000);
  // Galata's option, which the type of the page does not tell: there is no launcher to wait for.
  const options = {
    waitUntil: 'domcontentloaded' as const,
    waitForIsReady: false
  };
  await page.reload(options);
  await expect(tab(freshLab, 'Graph: test')).toBeVisible();
  await tab(freshLab, 'Graph: test').click();
  await expect(nodes(freshLab)).toHaveCount(5);
});

for (const [name, theme] of Object.entries(THEMES)) {
  test(`it can be read in the theme ${theme}`, async ({ lab }) => {
    await lab.page.theme.setTheme(theme);
    await lab.open(exampleNotebook('customer_churn'), {
      name: 'customer_churn.ipynb'
    });
    await lab.openPanel();
    await openGraph(lab);
    await nodes(lab).nth(3).click();
    const found = await new AxeBuilder({ page: lab.page })
      .include('.jp-nbq-Graph')
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
      .analyze();
    expect(
      found.violations.flatMap(({ id, nodes: all }) =>
        all.map(({ html }) => `${id}: ${html}`)
      )
    ).toEqual([]);
    await keepScreenshot(lab.page, `graph-${name}`);
    await lab.page.theme.setLightTheme();
  });
}
