import { expect, test } from '../support/lab';

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
});
