import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The browser to test in: `$CHROMIUM`, else one that is installed; undefined = the one that Playwright downloaded.
 * @throws Error when there is none at all.
 */
export function chromiumPath(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`CHROMIUM is ${named}, which cannot be run; give the path of a Chromium or Chrome.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const installed = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
  if (installed) return installed;
  if (existsSync(chromium.executablePath())) return undefined;
  throw new Error(
    'No Chromium was found: install chromium, set CHROMIUM to its path, or run `npx playwright install chromium`.',
  );
}
