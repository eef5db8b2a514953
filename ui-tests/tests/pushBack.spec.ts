import type { Locator } from '@playwright/test';

import type { Lab } from '../support/lab';
import { expect, test } from '../support/lab';
import { keepScreenshot } from '../support/screenshots';

const MODULE = `import math


def area(radius):
    return math.pi * radius**2


def twice(x):
    return 2*x   # as it was
`;

function dialog(lab: Lab): Locator {
  return lab.page.getByRole('dialog', {
    name: /^(Inline this import|Push back)/
  });
}

async function file(lab: Lab, name: string, text?: string): Promise<string> {
  return lab.page.evaluate(
    async ({ path, content }) => {
      const { contents } = window.jupyterapp.serviceManager;
      if (content !== undefined) {
        await contents.save(path, { type: 'file', format: 'text', content });
      }
      const model = await contents.get(path, {
        type: 'file',
        format: 'text',
        content: true
      });
      return model.content as string;
    },
    { path: `${lab.folder}/${name}`, content: text }
  );
}

async function refactor(lab: Lab, command: string): Promise<void> {
  await lab.page.evaluate(id => {
    void window.jupyterapp.commands.execute(id);
  }, `nbquality:${command}`);
  await expect(dialog(lab)).toBeVisible();
}

test('a function of a module is worked on in the notebook, and goes back', async ({
  lab
}) => {
  test.slow();
  await lab.open(['import os', 'from shapes import area', 'print(area(1))']);
  await file(lab, 'shapes.py', MODULE);
  await lab.cell(2).locator('.jp-InputArea-prompt').click();
  await refactor(lab, 'inline-import');
  await expect(dialog(lab)).toContainText('Brings area from its module');
  await expect(dialog(lab)).toContainText('# nbq: from shapes import area');
  await dialog(lab).getByRole('button', { name: 'Apply' }).click();
  await expect(lab.toasts).toContainText('Brought area from shapes.');
  const copy = await lab.source(2);
  expect(copy).toContain('import math\n\n# nbq: from shapes import area (');
  expect(copy).toContain('def area(radius):\n    return math.pi * radius**2');

  await lab.page.evaluate(source => {
    const panel = window.jupyterapp.shell.currentWidget as unknown as {
      content: {
        model: { sharedModel: { cells: { setSource(text: string): void }[] } };
      };
    };
    panel.content.model.sharedModel.cells[1].setSource(source);
  }, copy.replace('radius**2', 'radius**2 / 4'));
  // The panel tells of it, as long as the two differ.
  await lab.openPanel();
  await expect(
    lab.problem('area was changed here, but not in shapes.py')
  ).toBeVisible();

  await lab.cell(2).locator('.jp-InputArea-prompt').click();
  await refactor(lab, 'push-back');
  await expect(dialog(lab)).toContainText(
    'Writes area into shapes, where it came from.'
  );
  const module = dialog(lab).getByRole('region', {
    name: `${lab.folder}/shapes.py`,
    exact: true
  });
  await expect(module).toContainText('return math.pi * radius**2 / 4');
  await expect(module).not.toContainText('as it was');
  await keepScreenshot(dialog(lab), 'push-back');
  await dialog(lab).getByRole('button', { name: 'Apply' }).click();
  await expect(
    lab.toasts.filter({ hasText: 'Pushed area back to shapes.' })
  ).toBeVisible();
  await expect.poll(() => file(lab, 'shapes.py')).toBe(
    MODULE.replace('radius**2', 'radius**2 / 4')
  );
  expect(await lab.source(2)).toBe(
    'import math\n\nfrom shapes import area'
  );
});
