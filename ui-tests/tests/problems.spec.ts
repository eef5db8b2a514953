import { expect, test } from '../support/lab';
import type { Lab } from '../support/lab';

const UNUSED = 'import os\nprint(1)';

test.describe('squiggles', () => {
  test('stand under the words that are meant', async ({ lab }) => {
    await lab.open([
      'import os\nimport sys\nprint(sys.path)',
      { type: 'markdown', source: '# Words' },
      's = "😀"; print(s, undefined_name)',
      'print(1)'
    ]);

    await expect(lab.squiggles(1)).toHaveText(['os']);
    await expect(lab.squiggles(3)).toHaveText(['undefined_name']);
    await expect(lab.squiggles()).toHaveCount(2);
  });

  test('move with their words, and go when the code is right', async ({
    lab
  }) => {
    await lab.open(['print(1)\nprint(undefined_name)']);
    await expect(lab.squiggles(1)).toHaveText(['undefined_name']);

    await lab.editor(1).click();
    await lab.page.keyboard.press('ControlOrMeta+Home');
    await lab.page.keyboard.type('"a longer line"\n\n');
    await expect(lab.squiggles(1)).toHaveText(['undefined_name']);

    await lab.page.keyboard.press('ControlOrMeta+Home');
    await lab.page.keyboard.type('undefined_name = 1\n');
    await expect(lab.squiggles(1)).toHaveCount(0);
  });

  test('are as many as the settings say', async ({ lab }) => {
    await lab.open([UNUSED, 'print(undefined_name)']);
    await expect(lab.squiggles()).toHaveText(['os', 'undefined_name']);

    await lab.set('underline', 'error');
    await expect(lab.squiggles()).toHaveText(['undefined_name']);
    await lab.set('underline', 'none');
    await expect(lab.squiggles()).toHaveCount(0);
  });
});

test.describe('the card of a problem', () => {
  test('opens on hovering, says what and why, and Escape closes it', async ({
    lab
  }) => {
    await lab.open([UNUSED]);
    await expect(lab.card).toBeHidden();

    await lab.squiggles(1).hover();
    await expect(lab.card).toContainText('os imported but unused');
    await expect(lab.card).toContainText('risk creating import cycles');
    await expect(lab.card.getByRole('img', { name: 'Warning' })).toBeVisible();
    for (const name of ['F401', 'Remove', 'Preview', 'Ignore ▾']) {
      await expect(lab.card.getByRole('button', { name })).toBeVisible();
    }

    await lab.page.keyboard.press('Escape');
    await expect(lab.card).toBeHidden();
  });

  test('leads to the page of the rule', async ({ lab }) => {
    await lab.open([UNUSED]);
    await lab.squiggles(1).hover();
    await lab.card.getByRole('button', { name: 'F401' }).click();

    await expect(
      lab.page.getByRole('tab', { name: 'F401 unused-import' })
    ).toHaveAttribute('aria-selected', 'true');
    await expect(lab.card).toBeHidden();
  });

  test('mends it with one click; Ctrl+Z in the cell takes it back', async ({
    lab
  }) => {
    await lab.open([UNUSED]);
    await lab.squiggles(1).hover();
    await lab.card.getByRole('button', { name: 'Remove' }).click();

    await expect.poll(() => lab.source(1)).toBe('print(1)');
    await expect(lab.card).toBeHidden();
    await expect(lab.squiggles(1)).toHaveCount(0);

    await lab.editor(1).click();
    await lab.page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => lab.source(1)).toBe(UNUSED);
    await lab.leave();
    await expect(lab.squiggles(1)).toHaveText(['os']);
  });

  test('shows what a fix would change; Cancel changes nothing', async ({
    lab
  }) => {
    const source = 'print(np.pi)';
    await lab.open([{ source: '1', id: 'first' }, source]);
    await lab.squiggles(2).hover();
    await lab.card.getByRole('button', { name: 'Add import' }).click();

    const dialog = lab.page.locator('.jp-nbq-PlanDialog');
    await expect(dialog).toContainText('Nothing changes until you choose');
    await expect(dialog).toContainText('import numpy as np');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await expect(dialog).toBeHidden();
    expect([await lab.source(1), await lab.source(2)]).toEqual(['1', source]);

    await lab.squiggles(2).hover();
    await lab.card.getByRole('button', { name: 'Add import' }).click();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await expect(lab.squiggles()).toHaveCount(0);
    const sources = await lab.sources();
    expect(sources.join('\n')).toContain('import numpy as np');
  });
});

test.describe('keys', () => {
  test('Ctrl+. mends the problem at the cursor; Ctrl+Z takes it back', async ({
    lab
  }) => {
    await lab.open([UNUSED]);
    await lab.editor(1).click();
    await lab.page.keyboard.press('ControlOrMeta+Home');
    await lab.page.keyboard.press('ControlOrMeta+.');
    await expect.poll(() => lab.source(1)).toBe('print(1)');

    await lab.page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => lab.source(1)).toBe(UNUSED);
  });

  test('Ctrl+. lets choose where there is more than one thing to do', async ({
    lab
  }) => {
    await lab.open(['import os, re\nprint(1)']);
    await lab.editor(1).click();
    await lab.page.keyboard.press('ControlOrMeta+Home');
    await lab.page.keyboard.press('ControlOrMeta+.');
    await expect(lab.menuEntry('Remove')).toHaveCount(2);
    expect(await lab.source(1)).toContain('import os, re');

    await lab.page.keyboard.press('Escape');
    await expect(lab.menuEntry('Remove')).toHaveCount(0);
    await expect(lab.editor(1)).toBeFocused();
  });

  test('Ctrl+. says so where there is nothing to mend', async ({ lab }) => {
    await lab.open(['print(1)']);
    await lab.editor(1).click();
    await lab.page.keyboard.press('ControlOrMeta+.');
    await expect(lab.toasts).toHaveText('There is no problem at the cursor.');
  });

  test('F8 goes through the problems in order and around, Shift+F8 back', async ({
    lab
  }) => {
    await lab.open([
      'print(first_name)',
      'print(1)',
      'x = 1\nprint(x, second_name, third_name)'
    ]);
    await lab.cell(2).click();
    await lab.leave();
    const visited = async (key: string): Promise<string> => {
      await lab.page.keyboard.press(key);
      await expect(lab.card).toBeVisible();
      return lab.selection();
    };

    expect(await visited('F8')).toBe('second_name');
    await expect(lab.card).toContainText('Undefined name second_name');
    expect(await visited('F8')).toBe('third_name');
    await expect(lab.card).toContainText('Undefined name third_name');
    expect(await visited('F8')).toBe('first_name');
    expect(await visited('Shift+F8')).toBe('third_name');
    await expect(lab.editor(3)).toBeFocused();

    await lab.page.keyboard.press('Escape');
    await expect(lab.card).toBeHidden();
    await expect(lab.editor(3)).toBeFocused();
  });
});

test.describe('all safe fixes', () => {
  test('are one click, and one click takes them back', async ({ lab }) => {
    const sources = [UNUSED, 'import re, sys\nprint(sys)', 'import json'];
    await lab.open([...sources, 'print(undefined_name)']);
    await lab.openPanel();
    await lab.panel.getByRole('button', { name: /^Fix 3 safe/ }).click();

    await expect(lab.toasts).toContainText('Fixed 3 problems.');
    expect((await lab.sources()).join('\n')).not.toMatch(/os|re,|json/);
    await expect(
      lab.panel.getByRole('button', { name: /^Fix safe/ })
    ).toBeDisabled();
    await expect(lab.problem(/undefined_name/)).toBeVisible();

    await lab.toasts.getByRole('button', { name: 'Undo' }).click();
    await expect
      .poll(() => lab.sources())
      .toEqual([...sources, 'print(undefined_name)']);
    await expect(
      lab.panel.getByRole('button', { name: /^Fix 3 safe/ })
    ).toBeEnabled();
  });

  test('are not taken back over what was written since', async ({ lab }) => {
    await lab.open([UNUSED, 'import json']);
    await lab.openPanel();
    await lab.panel.getByRole('button', { name: /^Fix 2 safe/ }).click();
    await expect.poll(() => lab.source(1)).toBe('print(1)');

    await lab.write(1);
    await lab.page.keyboard.type('  # mine');
    await lab.toasts.getByRole('button', { name: 'Undo' }).click();
    await expect(
      lab.toasts.filter({ hasText: 'was edited since, so nothing was undone.' })
    ).toBeVisible();
    expect(await lab.source(1)).toBe('print(1)  # mine');
  });

  test('of one cell leave the others alone', async ({ lab }) => {
    await lab.open([UNUSED, 'import json\nprint(2)']);
    await lab.cell(2).locator('.jp-InputPrompt').click({ button: 'right' });
    await lab.menuEntry('Notebook Quality').hover();
    await lab.menuEntry('Fix Safe Problems in This Cell').click();

    await expect.poll(() => lab.source(2)).toBe('print(2)');
    expect(await lab.source(1)).toBe(UNUSED);
  });
});

test.describe('silencing', () => {
  /** Chooses an entry of the menu of a problem in the panel. */
  const choose = async (
    lab: Lab,
    message: RegExp,
    entry: string
  ): Promise<void> => {
    await lab
      .problem(message)
      .getByRole('button', { name: 'Ignore and other actions' })
      .click();
    await lab.menuEntry(entry).click();
  };

  test('on one line leaves the others', async ({ lab }) => {
    await lab.open([
      'print(undefined_name)\nprint(1)',
      'print(undefined_name, 2)'
    ]);
    await lab.openPanel();
    await expect(lab.problem(/undefined_name/)).toHaveCount(2);
    await lab
      .problem(/undefined_name/)
      .first()
      .getByRole('button', { name: 'Ignore and other actions' })
      .click();
    await lab.menuEntry('Ignore on this line').click();

    await expect(lab.problem(/undefined_name/)).toHaveCount(1);
    await expect(lab.squiggles(1)).toHaveCount(0);
    await expect(lab.squiggles(2)).toHaveCount(1);
    expect(await lab.sources()).toEqual([
      'print(undefined_name)  # nbq: ignore[F821]\nprint(1)',
      'print(undefined_name, 2)'
    ]);
  });

  test('in the notebook is kept in its metadata, and is undone', async ({
    lab
  }) => {
    const sources = ['import os', 'import re', 'print(undefined_name)'];
    await lab.open(sources);
    await lab.openPanel();
    await choose(lab, /^os imported/, 'Ignore in this notebook');

    await expect(lab.problem(/imported but unused/)).toHaveCount(0);
    await expect(lab.problem(/undefined_name/)).toBeVisible();
    expect(await lab.sources()).toEqual(sources);
    await expect.poll(() => lab.metadata('nbquality')).toEqual({ ignore: ['F401'] });

    await lab.toasts.getByRole('button', { name: 'Undo' }).click();
    await expect(lab.problem(/imported but unused/)).toHaveCount(2);
    expect(await lab.metadata('nbquality')).toBeUndefined();
  });

  test('by turning a rule off is asked for, and listed in the settings', async ({
    lab
  }) => {
    await lab.open(['import os', 'import re', 'print(undefined_name)']);
    await lab.openPanel();
    await choose(lab, /^os imported/, 'Turn off rule F401…');
    const dialog = lab.page.getByRole('dialog', { name: /Turn off rule F401/ });
    await dialog.getByRole('button', { name: 'Turn off' }).click();

    await expect(lab.problem(/imported but unused/)).toHaveCount(0);
    await expect(lab.problem(/undefined_name/)).toBeVisible();
    await expect(lab.squiggles()).toHaveText(['undefined_name']);

    await lab.panel.getByRole('button', { name: 'Settings' }).click();
    const settings = lab.page.locator('.jp-SettingsPanel');
    await expect(settings.locator('input[value="F401"]')).toBeVisible();
    await expect(
      settings.locator('option:checked', { hasText: /^Off$/ })
    ).toHaveCount(1);
  });

  test('of a whole cell is in its menu', async ({ lab }) => {
    await lab.open(['print(first_name)', 'print(second_name)']);
    const ignore = async (): Promise<void> => {
      await lab.cell(1).locator('.jp-InputPrompt').click({ button: 'right' });
      await lab.menuEntry('Notebook Quality').hover();
      await lab.menuEntry('Ignore All Problems in This Cell').click();
    };
    await ignore();
    await expect(lab.squiggles()).toHaveText(['second_name']);
    await ignore();
    await expect(lab.squiggles()).toHaveText(['first_name', 'second_name']);
  });
});

test.describe('while a cell is written', () => {
  test('what is only not yet so is not said', async ({ lab }) => {
    await lab.open(['print(1)', 'y = 1']);
    await lab.openPanel();
    await lab.write(2);
    await lab.page.keyboard.type('\nimport os\nprint(undefined_name)');

    // Said at once; so the check is done, and says nothing of the import.
    await expect(lab.squiggles(2)).toHaveText(['undefined_name']);
    await lab.checked();
    await expect(lab.problem(/undefined_name/)).toBeVisible();
    await expect(lab.problem(/imported but unused/)).toHaveCount(0);

    await lab.leave();
    await expect(lab.squiggles(2)).toHaveText(['os', 'undefined_name']);
    await expect(lab.problem(/imported but unused/)).toBeVisible();
  });

  test('a line that is not finished is no error', async ({ lab }) => {
    await lab.open(['print(undefined_name)', 'y = 1']);
    await lab.openPanel();
    await lab.write(2);
    await lab.page.keyboard.type('\ny.append(');
    await lab.page.keyboard.press('Delete');
    await lab.checked();
    await expect(lab.problem(/undefined_name/)).toBeVisible();
    await expect(lab.panel.getByRole('listitem')).toHaveCount(1);

    await lab.editor(1).click();
    await expect(lab.panel.getByRole('listitem')).not.toHaveCount(1);
    await expect(lab.squiggles(2)).not.toHaveCount(0);
  });
});

test('a fix of a text that was edited since is refused', async ({ lab }) => {
  const sources = ['!pip install xgboost', '!pip install polars'];
  await lab.open(sources);
  await lab.openPanel();
  const fixes = lab.panel
    .getByRole('region', { name: /^Problems/ })
    .getByRole('button', { name: 'Use %pip' });
  await expect(fixes).toHaveCount(2);
  // Nothing is checked anew while the edit is young.
  await lab.set('delay', 10_000);
  await lab.write(1);
  await lab.page.keyboard.type('==2');
  await fixes.first().click();

  await expect(lab.toasts).toHaveText(
    'The cell was edited since it was checked, so nothing was changed.'
  );
  expect(await lab.sources()).toEqual(['!pip install xgboost==2', sources[1]]);

  // The other cell is as it was.
  await fixes.last().click();
  await expect.poll(() => lab.source(2)).toBe('%pip install polars');
  expect(await lab.source(1)).toBe('!pip install xgboost==2');
});

test.describe('formatting', () => {
  test('of a cell is one undo step, and leaves the others', async ({ lab }) => {
    const ugly = "x = [ 1,2 ]\nprint( 'x' ,x )";
    await lab.open([ugly, ugly]);
    await lab.editor(2).click();
    await lab.execute('nbquality:format-cell');
    await expect.poll(() => lab.source(2)).toBe('x = [1, 2]\nprint("x", x)');
    expect(await lab.source(1)).toBe(ugly);

    await lab.editor(2).click();
    await lab.page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => lab.source(2)).toBe(ugly);
  });

  test('keeps magics, shell lines and help as they are', async ({ lab }) => {
    await lab.open([
      "%matplotlib inline\nfiles = !ls -a   'x'\nprint( files )\n!echo  {files}  'y'\n?print",
      "%%bash\necho   'x'   >&2",
      "%%time\nx = [ 1,2 ]",
      'display( x );'
    ]);
    await lab.execute('nbquality:format-notebook');
    await expect
      .poll(() => lab.sources())
      .toEqual([
        "%matplotlib inline\nfiles = !ls -a   'x'\nprint(files)\n!echo  {files}  'y'\n?print",
        "%%bash\necho   'x'   >&2",
        '%%time\nx = [1, 2]',
        'display(x);'
      ]);
  });

  test('of a cell that does not parse says why it cannot be', async ({
    lab
  }) => {
    await lab.open(['def f(:\n  pass']);
    await lab.editor(1).click();
    await lab.execute('nbquality:format-cell');
    await expect(lab.toasts).toHaveText(
      'One cell does not parse, so it was not formatted.'
    );
    expect(await lab.source(1)).toBe('def f(:\n  pass');
  });
});
