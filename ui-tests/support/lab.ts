import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, galata, test as base } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import type { Locator, Route } from '@playwright/test';

import { notebookOf } from './notebooks';
import type { ICellSpec } from './notebooks';

export { expect };

/** The plugins of ours that tests look into. */
const TRACKER = 'jupyter-nbquality:tracker';
const SETTINGS = 'jupyter-nbquality:plugin';
const SETTING_REGISTRY = '@jupyterlab/apputils-extension:settings';

/** What JupyterLab's rate limiters and sessions say of a document that is closed while they wait. */
const CLOSED_WHILE_WAITING = [
  "Cannot read properties of null (reading 'promise')",
  'Disposed'
];

/** The model of a notebook's quality, as far as tests look into it. */
interface IModel {
  status: string;
  snapshot: {
    cells: { id: string; source: string; execution_count?: number | null }[];
  } | null;
}

/** How to open a notebook. */
interface IOpenOptions {
  /** The name of the file. */
  readonly name?: string;
  /** Whether to wait until it is checked; not where the server part does not answer. */
  readonly isChecked?: boolean;
  /** Whether it gets a kernel of its own, where nothing ran yet. */
  readonly hasOwnKernel?: boolean;
}

/** What tests do with a JupyterLab that has the extension. */
export class Lab {
  constructor(
    readonly page: IJupyterLabPageFixture,
    readonly folder: string
  ) {
    this.panel = page.locator('#jp-nbq-panel');
    this.card = page.getByRole('dialog', { name: /^(Problem|\d+ problems)$/ });
    this.toasts = page.locator('.Toastify__toast');
    this.status = page
      .locator('#jp-main-statusbar')
      .getByRole('button', { name: /Open Notebook Quality/ });
  }

  /** The side panel. */
  readonly panel: Locator;
  /** The card of a problem, over the notebook. */
  readonly card: Locator;
  /** JupyterLab's notifications. */
  readonly toasts: Locator;
  /** The counts in the status bar. */
  readonly status: Locator;

  /**
   * Opens a notebook and waits until it is checked.
   *
   * @param cells - Its cells, or the text of the whole file.
   */
  async open(
    cells: readonly (string | ICellSpec)[] | string,
    options: IOpenOptions = {}
  ): Promise<void> {
    const { name = 'test.ipynb', isChecked = true } = options;
    const text = typeof cells === 'string' ? cells : notebookOf(cells);
    const path = `${this.folder}/${name}`;
    await this.page.contents.uploadContent(text, 'text', path);
    const kernel = options.hasOwnKernel ? undefined : await this._kernel();
    await this.execute('docmanager:open', { path, ...(kernel && { kernel }) });
    await expect(this.notebook.locator('.jp-Cell').first()).toBeVisible();
    if (isChecked) {
      await this.checked();
    }
  }

  /** Waits until what is known is about the notebook as it is now. */
  async checked(): Promise<void> {
    await expect
      .poll(() =>
        this.page.evaluate(async id => {
          const tracker = (await window.galata.getPlugin(
            id as never
          )) as unknown as { model: IModel; current: NotebookPanel };
          const { model, current } = tracker;
          return (
            model.status === 'done' &&
            Array.from(current.content.model!.cells, (cell, index) => {
              const count = cell.sharedModel.toJSON().execution_count;
              const known = model.snapshot?.cells[index];
              return (
                known?.source === cell.sharedModel.source &&
                (known.execution_count ?? null) === (count ?? null)
              );
            }).every(Boolean)
          );
        }, TRACKER)
      )
      .toBe(true);
  }

  /** Opens a notebook with a kernel of its own, and waits until all of it ran. */
  async openAndRun(cells: readonly (string | ICellSpec)[]): Promise<void> {
    await this.open(cells, { hasOwnKernel: true });
    await this.kernelIsThere();
    await this.execute('notebook:run-all-cells');
    await expect
      .poll(
        () =>
          this.page.evaluate(() => {
            const panel = window.jupyterapp.shell
              .currentWidget as NotebookPanel;
            return panel.content.model!.sharedModel.cells.every(
              cell => cell.toJSON().execution_count !== null
            );
          }),
        { timeout: 60_000 }
      )
      .toBe(true);
    await this.checked();
  }

  /** Waits until the notebook's kernel answers. */
  async kernelIsThere(): Promise<void> {
    await this.page.evaluate(async () => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      await panel.sessionContext.ready;
      await panel.sessionContext.session!.kernel!.info;
    });
  }

  /** Gives one of our settings another value, until the end of the test. */
  async set(key: string, value: PartialJSONValue): Promise<void> {
    await this.page.evaluate(
      async ([registry, plugin, name, wanted]) => {
        const settings = (await window.galata.getPlugin(
          registry as never
        )) as unknown as ISettingRegistry;
        await settings.set(plugin, name, wanted);
      },
      [SETTING_REGISTRY, SETTINGS, key, value] as const
    );
  }

  /** The notebook in front. */
  get notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  /** A cell, from 1 as people count. */
  cell(number: number): Locator {
    return this.notebook.locator(
      `.jp-Cell[data-windowed-list-index="${number - 1}"]`
    );
  }

  /** The text of a cell, to click and type in. */
  editor(number: number): Locator {
    return this.cell(number).locator('.cm-content');
  }

  /** The squiggles in a cell, or in all. */
  squiggles(number?: number): Locator {
    return (number === undefined ? this.notebook : this.cell(number)).locator(
      '.jp-nbq-squiggle'
    );
  }

  /** Puts the cursor at the end of a cell's text. */
  async write(number: number): Promise<void> {
    await this.editor(number).click();
    await this.page.keyboard.press('ControlOrMeta+End');
  }

  /** Leaves the cell: the focus is on the notebook. */
  async leave(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  /** The source of a cell, also of one that is scrolled away. */
  async source(number: number): Promise<string> {
    return this.page.evaluate(index => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.content.model!.cells.get(index).sharedModel.source;
    }, number - 1);
  }

  /** The sources of all cells. */
  async sources(): Promise<string[]> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return Array.from(
        panel.content.model!.cells,
        cell => cell.sharedModel.source
      );
    });
  }

  /** A value of the notebook's metadata. */
  async metadata(key: string): Promise<unknown> {
    return this.page.evaluate(name => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      return panel.content.model!.sharedModel.getMetadata(name);
    }, key);
  }

  /** The text that is selected in the active cell. */
  async selection(): Promise<string> {
    return this.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const editor = panel.content.activeCell!.editor!;
      const { start, end } = editor.getSelection();
      return editor.model.sharedModel.source.slice(
        editor.getOffsetAt(start),
        editor.getOffsetAt(end)
      );
    });
  }

  /** Loads the page anew. */
  async reload(): Promise<void> {
    // The layout is saved a moment after it changed, and the address may still be that of an earlier test's document:
    // these would come back and ask for kernels.
    await this.page.waitForTimeout(2500);
    await this.page.goto();
  }

  /** Shows the panel. */
  async openPanel(): Promise<void> {
    // It takes the focus, which must not come after what a test does next; a notebook that was just opened may take it
    // away again.
    await expect(async () => {
      await this.execute('nbquality:open-panel');
      await expect(this.panel).toBeVisible();
      await expect
        .poll(() =>
          this.panel.evaluate(node => node.contains(document.activeElement))
        )
        .toBe(true);
    }).toPass({ timeout: 30_000 });
  }

  /** The row of a problem in the section of all problems. */
  problem(message: string | RegExp): Locator {
    return this.panel
      .getByRole('region', { name: /^Problems/ })
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('button', { name: message }) });
  }

  /** An entry of a menu that is open. */
  menuEntry(name: string | RegExp): Locator {
    return this.page.locator('.lm-Menu-item').filter({ hasText: name });
  }

  /** Answers requests in the server's place, until what is returned is called. */
  async answer(
    url: string | RegExp,
    handler: (route: Route) => Promise<void>
  ): Promise<() => void> {
    let isOn = true;
    // Not `unroute`: it changes Galata's wrapper of the page, and not the page.
    await this.page.route(url, route =>
      isOn ? handler(route) : route.fallback()
    );
    return () => {
      isOn = false;
    };
  }

  /** Executes a command. */
  async execute(command: string, args: PartialJSONObject = {}): Promise<void> {
    await this.page.evaluate(
      async ([id, values]) => {
        // What it returns, a widget often, is not to be sent here.
        await window.jupyterapp.commands.execute(id, values);
      },
      [command, args] as const
    );
  }

  /** Puts JupyterLab back to how it was before a test: nothing open, nothing set. */
  async reset(): Promise<void> {
    await this.page.evaluate(
      async ([registry, plugin, shared]) => {
        const app = window.jupyterapp;
        for (const widget of Array.from(app.shell.widgets('main'))) {
          // Dirty documents would ask.
          widget.dispose();
        }
        const { sessions } = app.serviceManager;
        for (const session of Array.from(sessions.running())) {
          if (session.kernel && session.kernel.id !== shared) {
            await sessions.shutdown(session.id);
          }
        }
        const settings = (await window.galata.getPlugin(
          registry as never
        )) as unknown as ISettingRegistry;
        const { user } = await settings.load(plugin);
        for (const key of Object.keys(user)) {
          await settings.remove(plugin, key);
        }
        await app.commands.execute('apputils:dismiss-notification');
      },
      [SETTING_REGISTRY, SETTINGS, kernels.get(this.page)] as const
    );
  }

  /** The id of the kernel that most notebooks share: starting one takes long, and few tests run code. */
  private async _kernel(): Promise<{ id: string }> {
    kernels.set(
      this.page,
      kernels.get(this.page) ??
        (await this.page.evaluate(async () => {
          const { kernels } = window.jupyterapp.serviceManager;
          const kernel = await kernels.startNew({ name: 'python3' });
          await kernel.info;
          return kernel.id;
        }))
    );
    return { id: kernels.get(this.page)! };
  }
}

/** The shared kernel of each page. */
const kernels = new WeakMap<IJupyterLabPageFixture, string>();

interface IFixtures {
  /** A JupyterLab with nothing open; the same for all tests, as loading one takes long. */
  lab: Lab;
  /** A JupyterLab of the test's own, not yet loaded where `autoGoto` is false. */
  freshLab: Lab;
}

interface IWorkerFixtures {
  sharedPage: IJupyterLabPageFixture;
}

/** Galata's test, with `lab`. */
export const test = base.extend<IFixtures, IWorkerFixtures>({
  sharedPage: [
    async ({ browser }, use) => {
      const { page } = await galata.newPage({
        browser,
        baseURL: process.env.TARGET_URL!,
        // It would go to the address of a folder.
        autoGoto: false,
        waitForApplication: async loaded => {
          await loaded
            .locator('#jupyterlab-splash')
            .waitFor({ state: 'detached' });
        }
      });
      await page.goto();
      await page.setViewportSize({ width: 1280, height: 800 });
      await use(page);
      await page.evaluate(async id => {
        if (id) {
          await window.jupyterapp.serviceManager.kernels.shutdown(id);
        }
      }, kernels.get(page));
      await page.context().close();
    },
    { scope: 'worker' }
  ],
  lab: async ({ sharedPage, request }, use, testInfo) => {
    const folder = `${testInfo.testId}-${testInfo.retry}`;
    const contents = galata.newContentsHelper(request);
    await contents.createDirectory(folder);
    const errors: Error[] = [];
    const onError = (error: Error): void => {
      if (!CLOSED_WHILE_WAITING.includes(error.message)) {
        errors.push(error);
      }
    };
    sharedPage.on('pageerror', onError);
    const lab = new Lab(sharedPage, folder);
    await use(lab);
    await lab.reset();
    await contents.deleteDirectory(folder);
    sharedPage.off('pageerror', onError);
    expect(errors).toEqual([]);
  },
  freshLab: async ({ page, tmpPath }, use) => {
    await use(new Lab(page, tmpPath));
  }
});
