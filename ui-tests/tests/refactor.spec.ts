import type { NotebookPanel } from '@jupyterlab/notebook';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import type { ICellSpec } from '../support/notebooks';
import { keepScreenshot } from '../support/screenshots';

const ROOTS: readonly (string | ICellSpec)[] = [
  'import math',
  'raw = [1, 4, 9]',
  { type: 'markdown', source: '## Add the roots' },
  'roots = [math.sqrt(x) for x in raw]\ntotal = sum(roots)\ntotal',
  'print(total + len(roots))'
];

const FUNCTIONS = [
  'import math',
  'def halve(values):\n    return [value / 2 for value in values]',
  'def area(radius):\n    return math.pi * radius**2',
  'print(halve([2, 4]), round(area(1), 2))'
];

function dialog(lab: Lab): Locator {
  return lab.page.getByRole('dialog', {
    name: /^(Extract to|Rename|Inline|Move cell|Split cell|Merge cells)/
  });
}

function apply(lab: Lab): Locator {
  return dialog(lab).getByRole('button', { name: 'Apply' });
}

/** What changes of a cell or a file. */
function changes(lab: Lab, name: string): Locator {
  return dialog(lab).getByRole('region', { name, exact: true });
}

/** Selects cells, from the first to the last. */
async function select(lab: Lab, first: number, last = first): Promise<void> {
  await lab.cell(first).locator('.jp-InputArea-prompt').click();
  if (last > first) {
    await lab
      .cell(last)
      .locator('.jp-InputArea-prompt')
      .click({ modifiers: ['Shift'] });
  }
}

/** Opens the dialog; not waited for, as the command ends when it is closed. */
async function extract(
  lab: Lab,
  what: 'function' | 'module'
): Promise<void> {
  await lab.page.evaluate(command => {
    void window.jupyterapp.commands.execute(command);
  }, `nbquality:extract-${what}`);
  await expect(dialog(lab)).toBeVisible();
}

/** The texts that the outputs of a cell show. */
async function output(lab: Lab, number: number): Promise<string> {
  return lab.page.evaluate(index => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    const cell = panel.content.model!.sharedModel.cells[index].toJSON();
    const outputs = (cell.outputs ?? []) as {
      text?: string | string[];
      data?: Record<string, string>;
      evalue?: string;
    }[];
    return outputs
      .map(({ text, data, evalue }) =>
        [text ?? data?.['text/plain'] ?? evalue ?? ''].flat().join('')
      )
      .join('');
  }, number - 1);
}

/** The text of a file beside the notebook; null where there is none. */
async function file(lab: Lab, name: string): Promise<string | null> {
  return lab.page.evaluate(
    path =>
      window.jupyterapp.serviceManager.contents
        .get(path, { type: 'file', format: 'text', content: true })
        .then(({ content }) => content as string)
        .catch(() => null),
    `${lab.folder}/${name}`
  );
}

test('a cell becomes a function, and gives the same when it runs', async ({
  lab
}) => {
  test.slow();
  await lab.openAndRun(ROOTS);
  await expect.poll(() => output(lab, 5)).toBe('9.0\n');
  await expect.poll(() => output(lab, 4)).toBe('6.0');
  const before = await lab.source(4);

  await select(lab, 4);
  await lab.page.keyboard.press('ControlOrMeta+Alt+m');
  const name = dialog(lab).getByLabel('Function name');
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('add_roots');
  await expect(dialog(lab)).toContainText(
    'Makes a function of [3]. Nothing changes until you choose Apply.'
  );
  await expect(
    dialog(lab).getByLabel('Name of the parameter raw')
  ).toHaveValue('raw');
  await expect(dialog(lab)).toContainText('Gives roots and total.');
  // It is selected: what is typed replaces it.
  await lab.page.keyboard.type('sum_roots');
  await expect(changes(lab, 'Cell [3]')).toContainText(
    'roots, total = sum_roots(raw)'
  );
  await expect(changes(lab, 'Cell [3]')).toContainText('"""Sum roots."""');
  await dialog(lab).getByLabel('Add a docstring').uncheck();
  await expect(changes(lab, 'Cell [3]')).not.toContainText('"""');
  expect(await lab.source(4)).toBe(before);
  await lab.page.keyboard.press('Enter');
  await expect(dialog(lab)).toHaveCount(0);
  await expect(lab.toasts).toContainText('Extracted sum_roots.');
  await expect
    .poll(() => lab.source(4))
    .toBe(
      'def sum_roots(raw):\n    roots = [math.sqrt(x) for x in raw]\n    total = sum(roots)\n' +
        '    return roots, total\n\n\nroots, total = sum_roots(raw)\ntotal'
    );

  // Nothing was verified, so that it says that it was edited; run again it gives the same.
  await expect(lab.cell(4).locator('.jp-nbq-strip')).toHaveAccessibleName(
    'Edited since it ran'
  );
  await select(lab, 4);
  await lab.execute('notebook:run-cell');
  await expect(lab.cell(4)).toContainText('[5]:');
  await expect.poll(() => output(lab, 4)).toBe('6.0');

  // One cell: its own undo takes it back.
  await lab.editor(4).click();
  await lab.page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => lab.source(4)).toBe(before);
});

test('parameters are named, put in order and typed, as long as that changes nothing', async ({
  lab
}) => {
  test.slow();
  await lab.openAndRun([
    'from collections import Counter\ncounts = Counter("aab")\nleast = 1',
    'most = [key for key in counts if counts[key] > least]',
    'print(most)'
  ]);
  await select(lab, 2);
  await extract(lab, 'function');
  await dialog(lab).getByLabel('Function name').fill('find');
  const cell = changes(lab, 'Cell [2]');
  await expect(cell).toContainText('def find(counts, least):');
  await dialog(lab).getByLabel('Types of what the kernel holds now').check();
  await expect(cell).toContainText(
    'def find(counts: Counter, least: int):'
  );
  const least = dialog(lab).getByLabel('Name of the parameter least');
  await least.focus();
  await lab.page.keyboard.press('Alt+ArrowUp');
  await expect(cell).toContainText('most = find(least, counts)');
  await expect(least).toBeFocused();
  await least.fill('key');
  await expect(dialog(lab).getByRole('alert')).toContainText(
    'least is read where key is a name of a function'
  );
  await least.fill('bound');
  await dialog(lab).getByLabel('Not given: by default 1').check();
  await expect(cell).toContainText(
    'def find(counts: Counter, bound: int = 1):'
  );
  await expect(cell).toContainText('counts[key] > bound');
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-parameters');
  await apply(lab).click();
  await expect.poll(() => lab.source(2)).toContain('most = find(counts)');
  await select(lab, 2);
  await lab.execute('notebook:run-cell');
  await expect(lab.cell(2)).toContainText('[4]:');
  expect(await output(lab, 2)).toBe('');
});

test('several cells become one function, taken back in one step', async ({
  lab
}) => {
  await lab.open(['a = 1', 'b = a + 1', 'c = b * 2', 'print(c)']);
  const before = await lab.sources();
  await select(lab, 2, 3);
  await extract(lab, 'function');
  await expect(dialog(lab)).toContainText('Makes a function of #2 and #3.');
  await expect(dialog(lab)).toContainText(
    'The notebook no longer has b: nothing else reads it.'
  );
  await dialog(lab).getByLabel('Function name').fill('double');
  await expect(dialog(lab).getByText('c = double(a)')).toBeVisible();
  await expect(apply(lab)).toBeEnabled();
  await apply(lab).click();
  await expect(lab.toasts).toContainText('Extracted double.');
  expect(await lab.sources()).not.toEqual(before);
  await lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    if (panel.content.model!.sharedModel.canUndo()) {
      panel.content.model!.sharedModel.undo();
    }
  });
  await expect.poll(() => lab.sources()).toEqual(before);
});

test('lines that are selected become a function', async ({ lab }) => {
  await lab.open(['a = 1', '# Twice\nb = a * 2\nprint(b)\nc = 3']);
  await lab.editor(2).click();
  await lab.page.keyboard.press('ControlOrMeta+Home');
  await lab.page.keyboard.press('Shift+ArrowDown');
  await lab.page.keyboard.press('Shift+ArrowDown');
  await extract(lab, 'function');
  await expect(dialog(lab)).toContainText(
    'Makes a function of the selected lines of #2.'
  );
  await expect(dialog(lab).getByLabel('Function name')).toHaveValue('twice');
  await apply(lab).click();
  await expect
    .poll(() => lab.source(2))
    .toMatch(/^def twice\(a\):[^]*\n\n\nb = twice\(a\)\n+print\(b\)\nc = 3$/);
});

test('two functions go to a new module, and the notebook runs as before', async ({
  lab
}) => {
  test.slow();
  await lab.openAndRun(FUNCTIONS);
  await expect.poll(() => output(lab, 4)).toBe('[1.0, 2.0] 3.14\n');
  const before = await lab.sources();

  await select(lab, 2, 3);
  await lab.cell(3).locator('.jp-InputArea-prompt').click({ button: 'right' });
  await lab.menuEntry('Notebook Quality').hover();
  await lab.menuEntry('Refactor').hover();
  await lab.menuEntry('Extract to Module…').click();
  const path = dialog(lab).getByRole('combobox', { name: 'File' });
  await expect(path).toBeFocused();
  await expect(path).toHaveValue('test_functions.py');
  await path.fill('lib/shapes.py');
  await expect(dialog(lab)).toContainText('New file, next to the notebook');
  await expect(dialog(lab).getByLabel('halve')).toBeChecked();
  await expect(dialog(lab).getByLabel('area')).toBeChecked();
  await dialog(lab).getByLabel('halve').uncheck();
  const module = changes(lab, `${lab.folder}/lib/shapes.py`);
  await expect(module).not.toContainText('halve');
  await dialog(lab).getByLabel('halve').check();
  await expect(module).toContainText('def halve(values):');
  await expect(module).toContainText('import math');
  await expect(module).toContainText('new file');
  await expect(dialog(lab)).toContainText('2 cells, 1 new file');

  // What the note tells is offered, and then not told any more.
  await expect(dialog(lab)).toContainText('The kernel reads the module once');
  await dialog(lab).getByLabel(/^Follow changes of modules/).check();
  await expect(dialog(lab)).toContainText('3 cells, 1 new file');
  await expect(dialog(lab)).not.toContainText('The kernel reads the module');
  await dialog(lab).getByLabel(/^Follow changes of modules/).uncheck();
  await expect(dialog(lab)).toContainText('2 cells, 1 new file');
  expect(await file(lab, 'lib/shapes.py')).toBeNull();

  await apply(lab).click();
  await expect(lab.toasts).toContainText('Extracted halve, area to shapes.py.');
  const undo = lab.toasts.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeVisible();
  expect(await lab.sources()).toEqual([
    FUNCTIONS[0],
    'from lib.shapes import halve',
    'from lib.shapes import area',
    FUNCTIONS[3]
  ]);
  await expect.poll(() => file(lab, 'lib/shapes.py')).toContain('def area(radius):');
  await undo.click();
  await expect.poll(() => lab.sources()).toEqual(before);
  await expect.poll(() => file(lab, 'lib/shapes.py')).toBeNull();

  await extractShapes(lab);
  // Galata answers for the server as if a kernel were started.
  const restore = await lab.answer(/\/restart\?/, route => route.continue());
  await lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.sessionContext.session!.kernel!.restart();
  });
  restore();
  await lab.kernelIsThere();
  await lab.execute('notebook:run-all-cells');
  await expect(lab.cell(4)).toContainText('[4]:', { timeout: 60_000 });
  await expect.poll(() => output(lab, 4)).toBe('[1.0, 2.0] 3.14\n');
  expect(await output(lab, 2)).toBe('');
});

/** Moves the two functions to `shapes.py`. */
async function extractShapes(lab: Lab): Promise<void> {
  await select(lab, 2, 3);
  await extract(lab, 'module');
  await dialog(lab).getByRole('combobox', { name: 'File' }).fill('shapes.py');
  await expect(changes(lab, `${lab.folder}/shapes.py`)).toBeVisible();
  await expect(apply(lab)).toBeEnabled();
  await apply(lab).click();
  await expect.poll(() => lab.source(3)).toBe('from shapes import area');
}

test('undo leaves all as it is where the file was changed since', async ({
  lab
}) => {
  await lab.open(FUNCTIONS);
  await extractShapes(lab);
  const text = `${await file(lab, 'shapes.py')}\n\nMORE = 1\n`;
  await lab.page.contents.uploadContent(
    text,
    'text',
    `${lab.folder}/shapes.py`
  );
  await lab.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect(
    lab.toasts.filter({
      hasText: 'The notebook or the file was edited since'
    })
  ).toBeVisible();
  expect(await lab.source(3)).toBe('from shapes import area');
  expect(await file(lab, 'shapes.py')).toBe(text);
});

test('a module that is open and not saved is changed where it is open', async ({
  lab
}) => {
  const path = `${lab.folder}/shapes.py`;
  const text = 'def square(x):\n    return x * x\n';
  await lab.page.contents.uploadContent(text, 'text', path);
  await lab.execute('docmanager:open', { path, factory: 'Editor' });
  const editor = lab.page.locator('.jp-FileEditor .cm-content');
  await editor.click();
  await lab.page.keyboard.press('ControlOrMeta+End');
  await lab.page.keyboard.type('SIDES = 4');
  await lab.open(FUNCTIONS);
  await select(lab, 2);
  await extract(lab, 'module');
  const field = dialog(lab).getByRole('combobox', { name: 'File' });
  await field.fill('sh');
  // Completes itself.
  await expect(
    dialog(lab).getByRole('option', { name: 'shapes.py' })
  ).toBeVisible();
  await lab.page.keyboard.press('ArrowDown');
  await lab.page.keyboard.press('Enter');
  await expect(field).toHaveValue('shapes.py');
  await expect(dialog(lab)).toContainText(
    'Adds to a file with 1 function. Its unsaved changes are saved too'
  );
  await expect(changes(lab, path)).toContainText('def halve(values):');
  await expect(changes(lab, path)).not.toContainText('new file');
  await expect(apply(lab)).toBeEnabled();
  await apply(lab).click();
  await expect(lab.toasts).toContainText('Extracted halve to shapes.py.');
  await expect.poll(() => file(lab, 'shapes.py')).toContain('def halve');
  await expect.poll(() => file(lab, 'shapes.py')).toContain('SIDES = 4');
  const inEditor = (): Promise<string> =>
    lab.page.evaluate(async name => {
      const documents = (await window.galata.getPlugin(
        '@jupyterlab/docmanager-extension:manager' as never
      )) as unknown as {
        findWidget(path: string): {
          context: { model: { sharedModel: { getSource(): string } } };
        };
      };
      return documents.findWidget(name).context.model.sharedModel.getSource();
    }, path);
  expect(await inEditor()).toContain('def halve');

  await lab.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => lab.source(2)).toBe(FUNCTIONS[1]);
  await expect.poll(inEditor).toBe(`${text}SIDES = 4`);
  await expect.poll(() => file(lab, 'shapes.py')).not.toContain('halve');
});

test('what would change behaviour is refused with its reason', async ({
  lab
}) => {
  await lab.open(['x = 1', 'y = x + 1\nprint(y)', 'z = (1']);
  await select(lab, 2);
  await extract(lab, 'function');
  await dialog(lab).getByLabel('Function name').fill('print');
  const reason = dialog(lab).getByRole('alert');
  await expect(reason).toContainText('print');
  await expect(apply(lab)).toBeDisabled();
  await expect(dialog(lab).locator('.jp-nbq-plan-part')).toHaveCount(0);
  await dialog(lab).getByLabel('Function name').focus();
  await lab.page.keyboard.press('Enter');
  await expect(dialog(lab)).toBeVisible();
  await dialog(lab).getByLabel('Function name').fill('show');
  await expect(reason).toHaveCount(0);
  await expect(apply(lab)).toBeEnabled();
  await dialog(lab).getByLabel('Function name').fill('');
  await expect(dialog(lab)).toContainText('Name the function.');
  await expect(apply(lab)).toBeDisabled();
  await lab.page.keyboard.press('Escape');
  await expect(dialog(lab)).toHaveCount(0);

  await select(lab, 3);
  await extract(lab, 'function');
  await expect(reason).toContainText('The cell does not parse.');
  await reason.getByRole('button', { name: 'Go to #3' }).click();
  await expect(dialog(lab)).toHaveCount(0);
  await expect(lab.editor(3)).toBeFocused();
  expect(await lab.source(2)).toBe('y = x + 1\nprint(y)');
});

test('a notebook that is edited meanwhile is looked at again', async ({
  lab
}) => {
  await lab.open(['a = 1', 'b = a + 1', 'print(b)']);
  await select(lab, 2);
  await extract(lab, 'function');
  await dialog(lab).getByLabel('Function name').fill('more');
  await expect(changes(lab, 'Cell [ ]')).toContainText('b = more(a)');
  await lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.model!.sharedModel.cells[1].setSource('b = a + 1\nc = 2');
    panel.content.model!.sharedModel.cells[2].setSource('print(b, c)');
  });
  await expect(changes(lab, 'Cell [ ]')).toContainText('b, c = more(a)');
  await expect(apply(lab)).toBeEnabled();
  await apply(lab).click();
  await expect.poll(() => lab.source(2)).toContain('return b, c');
});

/** Opens a dialog; not waited for, as the command ends when it is closed. */
async function refactor(lab: Lab, command: string): Promise<void> {
  await lab.page.evaluate(id => {
    void window.jupyterapp.commands.execute(id);
  }, `nbquality:${command}`);
  await expect(dialog(lab)).toBeVisible();
}

/** Puts the cursor of a cell at a place. */
async function putCursor(
  lab: Lab,
  number: number,
  line: number,
  column: number
): Promise<void> {
  await lab.editor(number).click();
  await lab.page.evaluate(
    ([line, column]) => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      panel.content.activeCell!.editor!.setCursorPosition({ line, column });
    },
    [line, column]
  );
}

test('a name is called otherwise in all cells, and in their tests', async ({
  lab
}) => {
  await lab.open([
    'total = 2',
    'def show(total):\n    print(total)\nshow(total)',
    { type: 'markdown', source: 'The `total` is two.' },
    {
      source: "print(f'{total}')",
      metadata: {
        nbquality: { tests: [{ name: 'is_two', source: ['assert total == 2'] }] }
      }
    }
  ]);
  const tests = (): Promise<string> =>
    lab.page.evaluate(() => {
      const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
      const cell = panel.content.model!.sharedModel.cells[3];
      return JSON.stringify(cell.getMetadata('nbquality'));
    });
  const before = await lab.sources();
  await putCursor(lab, 2, 2, 7);
  await lab.page.keyboard.press('F2');
  const name = dialog(lab).getByLabel('New name');
  await expect(name).toBeFocused();
  await expect(name).toHaveValue('total');
  await expect(dialog(lab)).toContainText('Write the new name.');
  // It is selected: what is typed replaces it.
  await lab.page.keyboard.type('show');
  await expect(dialog(lab).getByRole('alert')).toContainText(
    'The notebook has a name show already.'
  );
  await expect(apply(lab)).toBeDisabled();
  await name.fill('amount');
  await expect(dialog(lab)).toContainText('3 cells');
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-rename');
  await dialog(lab).getByLabel('Also 1 mention in Markdown').check();
  await expect(dialog(lab)).toContainText('4 cells');
  await expect(apply(lab)).toBeEnabled();
  await lab.page.keyboard.press('Enter');
  await expect(lab.toasts).toContainText('Renamed total to amount.');
  expect(await lab.sources()).toEqual([
    'amount = 2',
    'def show(total):\n    print(total)\nshow(amount)',
    'The `amount` is two.',
    "print(f'{amount}')"
  ]);
  await expect.poll(() => tests()).toContain('assert amount == 2');
  await lab.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => lab.sources()).toEqual(before);
  await expect.poll(() => tests()).toContain('assert total == 2');

  // A name of a function's own is no name of the notebook.
  await putCursor(lab, 2, 1, 12);
  await lab.page.keyboard.press('F2');
  await dialog(lab).getByLabel('New name').fill('amount');
  await expect(dialog(lab).getByRole('alert')).toContainText(
    'No name of the notebook stands there'
  );
  await lab.page.keyboard.press('Escape');
  await expect(dialog(lab)).toHaveCount(0);
});

test('cells are split, moved and merged, as far as that changes nothing', async ({
  lab
}) => {
  await lab.open([
    'import json\ndata = json.loads("[1]")\nprint(data)',
    'x = 1',
    'y = len(data)',
    'print(y)'
  ]);
  const before = await lab.sources();
  await putCursor(lab, 1, 2, 3);
  await refactor(lab, 'split-cell');
  await expect(dialog(lab).getByLabel('At the cursor, line 3')).toBeFocused();
  await expect(changes(lab, 'New cell')).toContainText('data = json');
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-split');
  await lab.page.keyboard.press('Enter');
  await expect(lab.toasts).toContainText('Split #1 into 2 cells.');
  await expect
    .poll(() => lab.sources())
    .toEqual(['import json\ndata = json.loads("[1]")', 'print(data)', ...before.slice(1)]);
  await lab.toasts.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => lab.sources()).toEqual(before);

  await select(lab, 3);
  await refactor(lab, 'move-cell-down');
  await expect(dialog(lab).getByRole('alert')).toContainText(
    'Cell 4 reads y, which cell 3 binds.'
  );
  await expect(apply(lab)).toBeDisabled();
  await dialog(lab)
    .getByLabel('Place')
    .selectOption('Below #1 data = json.loads("[1]")');
  await expect(changes(lab, 'Cell [ ]')).toContainText('Goes below');
  await keepScreenshot(lab.page, 'refactor-move');
  await expect(apply(lab)).toBeEnabled();
  await lab.page.keyboard.press('Enter');
  await expect(lab.toasts).toContainText('Moved #3.');
  expect(await lab.sources()).toEqual([before[0], before[2], before[1], before[3]]);

  await select(lab, 2, 3);
  await refactor(lab, 'merge-cells');
  await expect(apply(lab)).toBeEnabled();
  await expect(apply(lab)).toBeFocused();
  await keepScreenshot(lab.page, 'refactor-merge');
  await lab.page.keyboard.press('Enter');
  await expect
    .poll(() => lab.sources())
    .toEqual([before[0], 'y = len(data)\n\nx = 1', before[3]]);
});

test('a variable is made of an expression, and put back', async ({ lab }) => {
  await lab.open(['xs = [1, 2]', 'print(sum(xs) * 2)']);
  await lab.editor(2).click();
  await lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.activeCell!.editor!.setSelection({
      start: { line: 0, column: 6 },
      end: { line: 0, column: 13 }
    });
  });
  await lab.page.keyboard.press('ControlOrMeta+Alt+v');
  await expect(dialog(lab).getByLabel('Variable name')).toHaveValue('value');
  await lab.page.keyboard.type('total');
  await expect(changes(lab, 'Cell [ ]')).toContainText('total = sum(xs)');
  await lab.page.keyboard.press('Enter');
  await expect
    .poll(() => lab.source(2))
    .toBe('total = sum(xs)\nprint(total * 2)');
  await putCursor(lab, 2, 0, 2);
  await lab.page.keyboard.press('ControlOrMeta+Alt+n');
  await expect(dialog(lab)).toContainText('Puts what total holds');
  await expect(apply(lab)).toBeEnabled();
  await lab.page.keyboard.press('Enter');
  await expect.poll(() => lab.source(2)).toBe('print(sum(xs) * 2)');
});

/** What of the dialog not everybody can use. */
async function violations(lab: Lab): Promise<string[]> {
  const found = await new AxeBuilder({ page: lab.page })
    .include('.jp-nbq-RefactorDialog')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    .analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html}`)
  );
}

/** What tells whether the changes were verified. */
function verification(lab: Lab): Locator {
  return dialog(lab).locator('.jp-nbq-verification');
}

/** Has the changes verified; kernels are started for it. */
async function verify(lab: Lab): Promise<void> {
  await expect(verification(lab)).toContainText('Not verified yet.');
  await verification(lab).getByRole('button', { name: 'Verify' }).click();
  await expect(verification(lab)).toContainText('Verifying.');
  await expect(apply(lab)).toBeDisabled();
}

/** Writes a file: nothing that could be run on the side. */
const WRITES = 'with open("total.txt", "w") as out:\n    out.write(str(total))';

test('what was verified leaves the cell fresh', async ({ lab }) => {
  test.slow();
  // A deliberately wrong answer to one name.
  const restore = await lab.answer('**/nbquality/api/refactor*', async route => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({
      response,
      body: text.includes('def sum_wrongly')
        ? text.replaceAll('= sum(roots)', '= sum(raw)')
        : text
    });
  });
  await lab.openAndRun([...ROOTS, WRITES]);
  await select(lab, 4);
  await extract(lab, 'function');
  await expect(verification(lab)).toContainText(/5 cells, .* last time\./);
  await check(lab);
  await expect(verification(lab)).toContainText(
    'Identical: 1 cell and its values. Quick check, on what the kernel holds now.'
  );
  await keepScreenshot(lab.page, 'refactor-quick-identical');
  // An edit asks again by itself.
  await dialog(lab).getByLabel('Function name').fill('sum_wrongly');
  const alert = dialog(lab).getByRole('alert');
  await expect(alert).toContainText('Results differ.');
  await expect(alert).toContainText('[3] shows something else');
  await expect(alert).toContainText('total holds something else');
  await expect(
    dialog(lab).getByRole('button', { name: 'Apply anyway…' })
  ).toBeEnabled();
  await keepScreenshot(lab.page, 'refactor-quick-differs');
  restore();
  await dialog(lab).getByLabel('Function name').fill('add_roots');
  await expect(verification(lab)).toContainText('Identical: 1 cell');

  await verification(lab).getByRole('button', { name: 'Verify' }).click();
  await expect(verification(lab)).toContainText('Running the', {
    timeout: 60_000
  });
  await expect(verification(lab)).toContainText(
    'Identical: 5 cells and all values.',
    { timeout: 60_000 }
  );
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-identical');

  // An edit asks again, as strictly.
  await dialog(lab).getByLabel('Function name').fill('sum_roots');
  await expect(verification(lab)).toContainText('Verifying.');
  await verification(lab).getByRole('button', { name: 'Skip' }).click();
  await expect(
    dialog(lab).getByRole('button', { name: 'Apply unverified' })
  ).toBeEnabled();
  await expect(verification(lab)).toContainText('Identical:', {
    timeout: 60_000
  });
  await dialog(lab).getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(lab.toasts).toContainText('Extracted sum_roots.');
  await expect.poll(() => lab.source(4)).toContain('def sum_roots(raw):');
  await isFresh(lab, 4, 3);
  await isFresh(lab, 5, 4);

  // Always: the quick check is enough where it decides.
  await lab.set('alwaysVerify', true);
  await select(lab, 5);
  await extract(lab, 'function');
  await expect(verification(lab)).toContainText('Quick check, on what');
  await dialog(lab).getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(() => lab.source(5)).toContain('def ');
  await isFresh(lab, 5, 4);

  // Where it does not, the whole would run, and is asked for where that takes long.
  await tookLong(lab);
  await select(lab, 6);
  await extract(lab, 'function');
  await expect(verification(lab)).toContainText(
    /Nothing was run: the cells took \d min the last time/
  );
  await expect(apply(lab)).toBeEnabled();
  await keepScreenshot(lab.page, 'refactor-long');
  await verification(lab).getByRole('button', { name: 'Leave it' }).click();
  // Asked for itself, the quick check says why it cannot be had.
  await check(lab);
  await expect(verification(lab)).toContainText(
    'Not verified. The code writes a file, so it is not run on the side.'
  );
  await keepScreenshot(lab.page, 'refactor-quick-unknown');
  await lab.page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.sessionContext.shutdown();
  });
  const again = verification(lab).getByRole('button', { name: 'Check again' });
  await expect(again).toBeDisabled();
  await expect(again).toHaveAttribute('title', 'Needs a running kernel');
  await lab.page.keyboard.press('Escape');
});

/** Compares what changes in the live kernel. */
async function check(lab: Lab): Promise<void> {
  await expect(verification(lab)).toContainText('Not verified yet.');
  await verification(lab).getByRole('button', { name: 'Quick check' }).click();
}

/** Waits until it is known that a cell is not stale, though its text is another one. */
async function isFresh(lab: Lab, number: number, count: number): Promise<void> {
  await lab.execute('nbquality:check');
  await lab.checked();
  await expect(lab.cell(number)).toContainText(`[${count}]:`);
  await expect(lab.cell(number).locator('.jp-nbq-strip')).toHaveCount(0);
}

/** Has each cell have run for a minute; no test waits for that. */
async function tookLong(lab: Lab): Promise<void> {
  await lab.page.evaluate(async () => {
    const tracker = (await window.galata.getPlugin(
      'jupyter-nbquality:tracker' as never
    )) as unknown as {
      model: { runs: { lastRun(cell: string): object | null } };
    };
    const { runs } = tracker.model;
    const lastRun = runs.lastRun.bind(runs);
    runs.lastRun = cell => ({ ...lastRun(cell), took: 60 });
  });
}

test('what changes results is shown, and asked for once more', async ({
  lab
}) => {
  test.slow();
  const restore = await lab.answer('**/nbquality/api/refactor*', async route => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replaceAll('* 2', '* 3') });
  });
  await lab.open(['a = 1', 'b = a * 2\nprint(b)', 'c = b + 1']);
  await select(lab, 2);
  await extract(lab, 'function');
  await expect(changes(lab, 'Cell [ ]')).toContainText('* 3');
  await verify(lab);
  const alert = dialog(lab).getByRole('alert');
  await expect(alert).toContainText('Results differ.', { timeout: 60_000 });
  await expect(alert).toContainText('#2 shows something else');
  await expect(alert).toContainText('b holds something else');
  await expect(
    dialog(lab).getByRole('button', { name: 'Cancel' })
  ).toBeFocused();
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-differs');

  const anyway = dialog(lab).getByRole('button', { name: 'Apply anyway…' });
  const sure = lab.page.getByRole('dialog', { name: 'Apply though' });
  await anyway.click();
  await sure.getByRole('button', { name: 'Back' }).click();
  await expect(alert).toContainText('Results differ.');
  await expect(
    dialog(lab).getByRole('button', { name: 'Cancel' })
  ).toBeFocused();
  expect(await lab.source(2)).toContain('a * 2');
  await anyway.click();
  await sure.getByRole('button', { name: 'Apply' }).click();
  await expect.poll(() => lab.source(2)).toContain('a * 3');
  restore();
});

test('what reaches out of the folder runs only when it is agreed to', async ({
  lab
}) => {
  test.slow();
  await lab.open([
    'import os\nos.system("true")',
    'a = 1',
    'b = a + 1\nprint(b)'
  ]);
  await select(lab, 3);
  await extract(lab, 'function');
  const button = verification(lab).getByRole('button', { name: 'Verify' });
  // The dialog gives the focus to its first field once it is drawn.
  await expect(dialog(lab).getByLabel('Function name')).toBeFocused();
  await button.press('Enter');
  await expect(verification(lab)).toContainText('Nothing was run');
  await expect(verification(lab)).toContainText('#1 starts other programs.');
  // The focus goes on to what can be done now.
  await expect(
    verification(lab).getByRole('button', { name: '#1' })
  ).toBeFocused();
  expect(await violations(lab)).toEqual([]);
  await keepScreenshot(lab.page, 'refactor-consent');
  await verification(lab)
    .getByRole('button', { name: 'Verify all the same' })
    .click();
  await verification(lab).getByRole('button', { name: 'Stop' }).click();
  await expect(verification(lab)).toContainText('Not verified yet.');
  // What was agreed to is not asked again.
  await button.click();
  await expect(verification(lab)).toContainText('Identical: 3 cells', {
    timeout: 60_000
  });
  await lab.page.keyboard.press('Escape');
  await expect(dialog(lab)).toHaveCount(0);
});

test('the card of a cell offers it, and gets the focus back', async ({
  lab
}) => {
  await lab.open(['a = 1', 'b = a + 1', { type: 'markdown', source: 'Words' }]);
  await lab.openPanel();
  await lab.editor(2).click();
  // At Markdown the card stays with the last code cell.
  await lab.cell(3).click();
  const buttons = lab.panel.getByRole('toolbar', {
    name: 'Refactor this cell'
  });
  const button = buttons.getByRole('button', { name: 'Extract to function…' });
  await button.focus();
  await lab.page.keyboard.press('ArrowRight');
  await expect(
    buttons.getByRole('button', { name: 'Extract to module…' })
  ).toBeFocused();
  await button.click();
  await expect(dialog(lab)).toContainText('Makes a function of #2.');
  await expect(changes(lab, 'Cell [ ]')).toContainText('make_b');
  await lab.page.keyboard.press('Escape');
  await expect(dialog(lab)).toHaveCount(0);
  await expect(button).toBeFocused();
});

test('a notebook that cannot be changed says so', async ({ lab }) => {
  await lab.open(FUNCTIONS);
  await lab.page.evaluate(() => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    panel.content.model!.readOnly = true;
  });
  await lab.cell(2).locator('.jp-InputArea-prompt').click({ button: 'right' });
  await lab.menuEntry('Notebook Quality').hover();
  await lab.menuEntry('Refactor').hover();
  const entry = lab.menuEntry('Extract to Function…');
  await expect(entry).toContainText('the notebook is read-only');
  await expect(entry).toHaveClass(/lm-mod-disabled/);
  await lab.page.keyboard.press('Escape');
  await lab.page.keyboard.press('Escape');
  await lab.page.keyboard.press('Escape');
});

const THEMES = {
  light: 'JupyterLab Light',
  dark: 'JupyterLab Dark',
  'high-contrast': 'JupyterLab Dark High Contrast'
};

for (const [name, theme] of Object.entries(THEMES)) {
  test(`the dialog can be read in the theme ${theme}`, async ({ lab }) => {
    await lab.page.theme.setTheme(theme);
    await lab.open([
      FUNCTIONS[0],
      `${FUNCTIONS[1]}\n\nhalves = halve([2, 4])\nhalves`,
      'print(halves)'
    ]);
    await select(lab, 2);
    await extract(lab, 'module');
    await dialog(lab).getByLabel('All code, as a function').check();
    await expect(changes(lab, 'Cell [ ]')).toContainText('make_halves');
    expect(await violations(lab)).toEqual([]);
    await keepScreenshot(lab.page, `refactor-${name}`);
    await dialog(lab).getByRole('button', { name: 'Side by side' }).click();
    expect(await violations(lab)).toEqual([]);
    await keepScreenshot(lab.page, `refactor-beside-${name}`);
    await dialog(lab).getByLabel('Function name').fill('print');
    await expect(dialog(lab).getByRole('alert')).toBeVisible();
    expect(await violations(lab)).toEqual([]);
    await keepScreenshot(lab.page, `refactor-refused-${name}`);
    await lab.page.keyboard.press('Escape');
    await lab.page.theme.setLightTheme();
  });
}
