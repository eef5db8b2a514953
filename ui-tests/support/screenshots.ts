import * as path from 'node:path';

import type { Locator, Page } from '@playwright/test';

const FOLDER = path.join(__dirname, '..', 'screenshots');

/**
 * Keep a picture for the documentation, where the environment asks for pictures.
 *
 * Nothing is compared: what a test expects, it says in words.
 *
 * @param target - What to show: a page or a part of one.
 * @param name - The name of the file, without its ending.
 */
export async function keepScreenshot(
  target: Page | Locator,
  name: string
): Promise<void> {
  if (process.env.NBQUALITY_SCREENSHOTS) {
    await target.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  }
}
