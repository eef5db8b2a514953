import { expect, test } from '../support/lab';
import { exampleNotebook } from '../support/notebooks';

// What the page asks while it loads counts too.
test.use({ autoGoto: false });

test('a notebook is checked and fixed without asking any other host', async ({
  context,
  freshLab: lab
}) => {
  const asked: string[] = [];
  context.on('request', request => asked.push(request.url()));
  lab.page.on('websocket', socket => asked.push(socket.url()));
  await lab.page.goto();
  await lab.open(exampleNotebook('customer_churn'), {
    name: 'customer_churn.ipynb'
  });
  await lab.openPanel();
  const fix = lab.panel.getByRole('button', { name: /^Fix \d+ safe/ });
  await fix.click();
  await expect(lab.toasts).toContainText(/Fixed \d+ problem/);
  await expect(
    lab.panel.getByRole('button', { name: /^Fix safe/ })
  ).toBeDisabled();
  await lab.panel.locator('.jp-nbq-rule').first().click();
  await expect(lab.page.locator('.jp-nbq-RulePage')).toBeVisible();

  const { host } = new URL(process.env.TARGET_URL!);
  const others = asked
    .map(url => new URL(url))
    .filter(url => /^(https?|wss?):$/.test(url.protocol) && url.host !== host);
  expect(asked.filter(url => url.includes('nbquality/api/fix'))).toHaveLength(
    1
  );
  expect(others.map(String)).toEqual([]);
});
