import * as path from 'node:path';

import { defineConfig } from '@playwright/test';
import type { PlaywrightTestConfig } from '@playwright/test';

import base from '../playwright.config';

/** The server and the browser of the tests, with nothing recorded: that would be measured too. */
export default defineConfig({
  ...base,
  testDir: '.',
  testMatch: 'typing.bench.ts',
  timeout: 300_000,
  retries: 0,
  reporter: [['./reporter.ts']],
  use: { ...base.use, trace: 'off' },
  webServer: {
    ...(base.webServer as NonNullable<
      Exclude<PlaywrightTestConfig['webServer'], unknown[]>
    >),
    cwd: path.join(__dirname, '..')
  }
});
