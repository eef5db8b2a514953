import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { defineConfig } from '@playwright/test';

const port = process.env.NBQUALITY_UI_PORT ?? '8899';
const target = process.env.TARGET_URL ?? `http://127.0.0.1:${port}`;

/** The browser: named by the environment (empty: Playwright's own), or the one of the system. */
const chromium =
  process.env.CHROMIUM_PATH ??
  ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(file =>
    existsSync(file)
  );

// Galata's fixtures read it.
process.env.TARGET_URL = target;

export default defineConfig({
  testDir: 'tests',
  timeout: 60_000,
  // A machine that is busy with other things is slow, not wrong.
  expect: { timeout: 15_000 },
  reportSlowTests: null,
  // One server and two cores: tests beside each other only disturb each other's clocks.
  fullyParallel: false,
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    baseURL: target,
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    video: 'off',
    actionTimeout: 8_000,
    launchOptions: {
      executablePath: chromium || undefined,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: 'jupyter lab --config jupyter_server_test_config.py',
    env: {
      NBQUALITY_UI_PORT: port,
      // What the person at this machine configured has no say in the tests.
      JUPYTER_CONFIG_DIR: path.join(tmpdir(), 'nbquality-ui-tests-config'),
      JUPYTER_PREFER_ENV_PATH: '1'
    },
    url: `${target}/lab`,
    timeout: 120_000,
    reuseExistingServer: !process.env.CI
  }
});
