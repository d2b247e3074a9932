import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type LaunchOptions } from '@playwright/test';

/** Software WebGPU on machines without a GPU, and no background requests to the network. */
const CHROMIUM_ARGS: readonly string[] = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Returns the path in `$CHROMIUM`; undefined if it is not set.
 * @throws Error if the path is not that of a program
 */
export function requestedChromium(): string | undefined {
  const path = process.env.CHROMIUM || undefined;
  if (path !== undefined && !isExecutable(path))
    throw new Error(`CHROMIUM is ${path}, which cannot be run; give the path of a Chromium or Chrome.`);
  return path;
}

/**
 * Path of the browser to test in: `$CHROMIUM`, else an installed one; undefined for the one that Playwright downloaded.
 * @throws Error if `$CHROMIUM` cannot be run, or there is no browser
 */
export function chromiumPath(): string | undefined {
  const requested = requestedChromium();
  if (requested !== undefined) return requested;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const installed = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
  if (installed) return installed;
  if (existsSync(chromium.executablePath())) return undefined;
  throw new Error('No Chromium was found: install chromium, set CHROMIUM to its path, or run `npm run chromium`.');
}

/**
 * How the browser to test in is launched.
 * @param more further arguments of its command line
 * @throws Error as `chromiumPath`
 */
export function launchOptions(...more: readonly string[]): LaunchOptions {
  const executablePath = chromiumPath();
  return { args: [...CHROMIUM_ARGS, ...more], ...(executablePath ? { executablePath } : {}) };
}

/**
 * How the browser of the tests is launched, which do not measure time. Every page compiles the runtime's code anew: with only what runs very often
 * optimized, a page takes a fifth less of the processor.
 * @param more further arguments of its command line
 * @throws Error as `chromiumPath`
 */
export const testLaunchOptions = (...more: readonly string[]): LaunchOptions =>
  launchOptions('--js-flags=--wasm-tiering-budget=1000000000', ...more);
