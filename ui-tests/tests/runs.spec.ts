import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Page, Request } from '@playwright/test';

import { expect, test } from '../support/lab';
import type { Lab } from '../support/lab';
import { keepScreenshot } from '../support/screenshots';

interface IRun {
  readonly cell: string | null;
  readonly source: string | null;
  readonly started: number | null;
}

interface IAnswer {
  readonly staleness:
    | readonly {
        readonly state: string;
        readonly reasons: readonly { readonly kind: string }[];
      }[]
    | null;
}

// Kernels are started and restarted, and the page is loaded anew.
test.describe.configure({ timeout: 180_000 });

const CELLS = ['x = 1', 'y = x + 1', 'print(y)'];

/** What the notebook of a page tells the server, and what it answers. */
class Looks {
  constructor(private readonly _page: Page) {
    _page.on('requestfinished', this._onFinished);
  }

  /** What was sent last. */
  runs: readonly IRun[] | null = null;
  /** What was answered last. */
  answer: IAnswer | null = null;
  /** How often the notebook was looked at. */
  count = 0;

  /** Waits until the code cells stand so. */
  async expect(...states: string[]): Promise<void> {
    await expect
      .poll(() => this.answer?.staleness?.map(({ state }) => state))
      .toEqual(states);
  }

  dispose(): void {
    this._page.off('requestfinished', this._onFinished);
  }

  private readonly _onFinished = async (request: Request): Promise<void> => {
    if (!request.url().includes('nbquality/api/inspect')) {
      return;
    }
    const answer = (await (await request.response())!.json()) as IAnswer;
    const { runs } = request.postDataJSON() as { runs: IRun[] | null };
    this.answer = answer;
    this.runs = runs;
    this.count++;
  };
}

/** Opens a notebook with a kernel where nothing ran yet. */
async function open(
  lab: Lab,
  cells: readonly string[] = CELLS
): Promise<Looks> {
  const looks = new Looks(lab.page);
  await lab.open(cells, { hasOwnKernel: true });
  await lab.openPanel();
  await looks.expect(...cells.map(() => 'not-run'));
  return looks;
}

/** Begins to run a cell. */
async function run(lab: Lab, number: number): Promise<void> {
  await lab.cell(number).locator('.jp-InputPrompt').click();
  await lab.page.evaluate(() => {
    // It is done only when the run is.
    void window.jupyterapp.commands.execute('notebook:run-cell');
  });
}

/** Runs code in the kernel of the notebook in front, from a connection of its own, as a console does. */
async function runElsewhere(lab: Lab, ...codes: string[]): Promise<void> {
  await lab.page.evaluate(async texts => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { model } = panel.sessionContext.session!.kernel!;
    const { kernels } = window.jupyterapp.serviceManager;
    const other = kernels.connectTo({ model });
    for (const code of texts) {
      await other.requestExecute({ code }).done;
    }
    other.dispose();
  }, codes);
}

test('an edit after a run is told from a fresh result', async ({ lab }) => {
  const looks = await open(lab);
  await run(lab, 1);
  await run(lab, 2);
  await looks.expect('fresh', 'fresh', 'not-run');

  await lab.write(1);
  await lab.page.keyboard.type('0');
  await looks.expect('edited', 'stale', 'not-run');
  // Only a text that the cell has no more is sent.
  expect(looks.runs!.map(({ source }) => source)).toEqual(['x = 1', null]);
  looks.dispose();
});

test('a page that is loaded anew knows what ran, also of edited cells', async ({
  lab
}) => {
  let looks = await open(lab, ['x = 1', 'y = x', 'y = x', '1 / 0']);
  await lab.execute('notebook:run-all-cells');
  await looks.expect('fresh', 'fresh', 'fresh', 'fresh');
  await lab.write(1);
  await lab.page.keyboard.type('0');
  await looks.expect('edited', 'stale', 'stale', 'fresh');
  const before = looks.runs;
  await lab.execute('docmanager:save');
  looks.dispose();

  await lab.reload();
  looks = new Looks(lab.page);
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await lab.openPanel();
  await looks.expect('edited', 'stale', 'stale', 'fresh');
  expect(looks.runs).toEqual(before);

  // In a browser that remembers nothing, what is not certain is not told.
  await lab.execute('docmanager:save');
  await lab.page.evaluate(() => {
    window.jupyterapp.shell.currentWidget!.dispose();
    localStorage.clear();
  });
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await expect
    .poll(() => looks.runs?.map(({ cell }) => cell !== null))
    .toEqual([false, true, true, true]);
  // The reload led the file browser into the folder of this test.
  await lab.execute('filebrowser:go-to-path', { path: '/' });
  looks.dispose();
});

test('a notebook that is opened while something runs waits for the kernel', async ({
  lab
}) => {
  const looks = await open(lab, [
    'import time, os',
    "while not os.path.exists('go.txt'):\n    time.sleep(0.1)",
    'x = 1'
  ]);
  await run(lab, 1);
  await run(lab, 2);
  await looks.expect('fresh', 'fresh', 'not-run');
  await lab.execute('docmanager:save');
  // Galata would wait for the kernel after a reload.
  await lab.page.evaluate(() =>
    window.jupyterapp.shell.currentWidget!.dispose()
  );
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await lab.openPanel();
  await expect.poll(() => looks.answer?.staleness).toBe(null);
  await lab.page.waitForTimeout(2_000);
  await lab.page.contents.uploadContent('', 'text', `${lab.folder}/go.txt`);
  await looks.expect('fresh', 'fresh', 'not-run');
  const took = await lab.page.evaluate(async () => {
    const tracker = (await window.galata.getPlugin(
      'jupyter-nbquality:tracker' as never
    )) as unknown as { model: { runs: { records: { took: number }[] } } };
    return tracker.model.runs.records[1].took;
  });
  expect(took).toBeGreaterThan(2);
  looks.dispose();
});

test('after a restart nothing ran, whoever asked for it', async ({ lab }) => {
  const looks = await open(lab);
  const all = ['fresh', 'fresh', 'fresh'];
  await lab.execute('notebook:run-all-cells');
  await looks.expect(...all);

  // Galata's answer in the place of the server's is not the one that JupyterLab expects.
  const restore = await lab.answer(/\/restart\?/, route => route.continue());
  const kernel = await lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const { id } = panel.sessionContext.session!.kernel!;
    await panel.sessionContext.session!.kernel!.restart();
    return id;
  });
  restore();
  await looks.expect('not-run', 'not-run', 'not-run');
  await lab.execute('notebook:run-all-cells');
  await looks.expect(...all);

  // Another client.
  const url = `${process.env.TARGET_URL}/api/kernels/${kernel}/restart`;
  expect((await lab.page.request.post(url)).ok()).toBe(true);
  await looks.expect('not-run', 'not-run', 'not-run');
  await runElsewhere(lab, 'x = 1');
  await looks.expect('fresh', 'not-run', 'not-run');

  // The kernel died, and the server started another one.
  await runElsewhere(lab, 'import os; os._exit(1)').catch(() => undefined);
  await lab.page.locator('.jp-Dialog .jp-mod-accept').click();
  await looks.expect('not-run', 'not-run', 'not-run');
  looks.dispose();
});

test('when a cell ends its kernel, nothing ran in the next one', async ({
  lab
}) => {
  const looks = await open(lab, ['x = 1', 'y = x', 'import os; os._exit(1)']);
  await run(lab, 1);
  await run(lab, 2);
  await looks.expect('fresh', 'fresh', 'not-run');
  await run(lab, 3);
  await lab.page
    .locator('.jp-Dialog .jp-mod-accept')
    .click({ timeout: 40_000 });
  await looks.expect('not-run', 'not-run', 'not-run');
  expect(looks.runs).toEqual([]);
  await run(lab, 2);
  await looks.expect('not-run', 'stale', 'not-run');
  looks.dispose();
});

test('what cells had from each other is shown in the order in which they ran', async ({
  lab
}) => {
  const looks = await open(lab, ['x = 1', 'y = x', 'x = 2', 'print(z)']);
  await run(lab, 3);
  await run(lab, 2);
  await looks.expect('not-run', 'stale', 'fresh', 'not-run');

  const title = lab.panel.getByRole('button', { name: /^Dependencies/ });
  if ((await title.getAttribute('aria-expanded')) === 'false') {
    await title.click();
  }
  const rows = lab.panel
    .getByRole('list', { name: 'Dependencies' })
    .getByRole('listitem');
  await expect(rows.nth(1)).toContainText('needs #1');
  await expect(rows.nth(3)).toContainText(
    'reads z, which no cell above defines'
  );
  await lab.panel.getByRole('button', { name: 'Show run order' }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toHaveAttribute('data-nbq-row', 'c3');
  await expect(rows.nth(1)).toContainText('needs [1]');
  await lab.panel.getByRole('button', { name: 'Show notebook order' }).click();
  await expect(rows).toHaveCount(4);

  await lab.execute('nbquality:open-graph');
  const graph = lab.page.locator('.jp-nbq-Graph:visible');
  const nodes = graph.locator('.jp-nbq-graph-node');
  await expect(nodes).toHaveCount(4);
  await expect(graph.locator('.jp-nbq-mod-missing').first()).toBeVisible();
  await expect(graph).toContainText('name not defined');

  // Whoever has the system choose the colours sees the same states.
  await lab.page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const strokes = await graph
    .locator('.jp-nbq-graph-line > path, .jp-nbq-graph-region')
    .evaluateAll(all =>
      all.map(path => {
        const { stroke, fill } = getComputedStyle(path);
        return stroke === 'none' ? fill : stroke;
      })
    );
  const system = await lab.page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    const colors = ['CanvasText', 'Highlight'].map(color => {
      probe.style.color = color;
      return getComputedStyle(probe).color;
    });
    probe.remove();
    return colors;
  });
  expect(strokes.length).toBeGreaterThan(2);
  expect(strokes.filter(color => !system.includes(color))).toEqual([]);
  await keepScreenshot(lab.page, 'forced-colors-graph');

  await graph.getByRole('button', { name: 'Run order' }).click();
  await expect(nodes).toHaveCount(2);
  await expect(nodes.nth(1)).toContainText('needs [1]');
  await lab.page.getByRole('tab', { name: 'test.ipynb' }).click();
  await lab.cell(4).click();
  await keepScreenshot(lab.page, 'forced-colors-notebook');
  await lab.page.emulateMedia({ forcedColors: null, colorScheme: null });
  looks.dispose();
});

test('what other clients run counts, where it is plain which cell it was', async ({
  lab
}) => {
  const looks = await open(lab, ['x = 1', 'same = 1', 'same = 1', 'z = x']);
  await runElsewhere(lab, 'x = 1', 'same = 1', 'z = x', 'x = 2');
  await looks.expect('fresh', 'not-run', 'not-run', 'fresh');
  await expect
    .poll(() => looks.runs!.map(({ cell }) => cell !== null))
    .toEqual([true, false, true, false]);
  looks.dispose();
});

test('what leaves no trace in the history is no run', async ({ lab }) => {
  const looks = await open(lab);
  await lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const kernel = panel.sessionContext.session!.kernel!;
    const code = 'x = 1';
    await kernel.requestExecute({ code, silent: true }).done;
    await kernel.requestExecute({ code, store_history: false }).done;
    await kernel.requestExecute({ code: '' }).done;
  });
  await run(lab, 3);
  await looks.expect('not-run', 'not-run', 'stale');
  expect(looks.runs).toHaveLength(1);
  looks.dispose();
});

test('another tab knows what runs, and which of two equal cells it was', async ({
  lab
}) => {
  const looks = await open(lab, ['x = 1', 'print(x)', 'print(x)']);
  await run(lab, 1);
  await looks.expect('fresh', 'not-run', 'not-run');

  const tab = await lab.page.context().newPage();
  const looksThere = new Looks(tab);
  await tab.goto(
    `${process.env.TARGET_URL}/lab/workspaces/tab/tree/${lab.folder}/test.ipynb`
  );
  await looksThere.expect('fresh', 'not-run', 'not-run');
  await run(lab, 3);
  await looks.expect('fresh', 'not-run', 'fresh');
  await looksThere.expect('fresh', 'not-run', 'fresh');
  await tab.close();
  looks.dispose();
});

test('a module that was edited makes what came from it stale', async ({
  lab
}) => {
  const module = `${lab.folder}/helpers.py`;
  const text = (value: number) => `def load():\n    return ${value}\n`;
  await lab.page.contents.uploadContent(text(1), 'text', module);
  const looks = await open(lab, ['import helpers', 'x = helpers.load()', 'x']);
  await lab.execute('notebook:run-all-cells');
  await looks.expect('fresh', 'fresh', 'fresh');

  await lab.execute('docmanager:open', { path: module, factory: 'Editor' });
  await lab.page.locator('.jp-FileEditor .cm-content').click();
  await lab.page.keyboard.press('ControlOrMeta+End');
  await lab.page.keyboard.type('x = 1');
  await lab.execute('docmanager:save');
  await lab.execute('docmanager:open', { path: `${lab.folder}/test.ipynb` });
  await looks.expect('fresh', 'stale', 'stale');
  expect(looks.answer!.staleness![1].reasons[0].kind).toBe('module-outdated');

  // By another program.
  await lab.execute('notebook:run-all-cells');
  await runElsewhere(lab, 'import importlib; importlib.reload(helpers)');
  await looks.expect('fresh', 'fresh', 'fresh');
  await lab.page.contents.uploadContent(text(2), 'text', module);
  await lab.page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await looks.expect('fresh', 'stale', 'stale');
  looks.dispose();
});

test('a cell that prints without end is looked at seldom', async ({ lab }) => {
  const looks = await open(lab, [
    'import time\nfor i in range(60):\n    print(i)\n    time.sleep(0.1)',
    'x = 1'
  ]);
  const before = looks.count;
  await run(lab, 1);
  await run(lab, 2);
  await looks.expect('fresh', 'not-run');
  await looks.expect('fresh', 'fresh');
  expect(looks.count - before).toBeLessThanOrEqual(7);

  // A short run is one look.
  const quiet = looks.count;
  await lab.page.waitForTimeout(1_000);
  expect(looks.count).toBe(quiet);
  await run(lab, 2);
  await lab.page.waitForTimeout(1_500);
  expect(looks.count).toBe(quiet + 1);
  looks.dispose();
});
