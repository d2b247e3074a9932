import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

/** WebGPU on a machine without a GPU, and no traffic of Chromium's own. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** A Chromium of this machine: $CHROMIUM, else one on the PATH, else the one that Playwright downloaded; undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const candidates = [process.env.CHROMIUM, ...onPath, MAC, chromium.executablePath()];
  return candidates.find((path): path is string => Boolean(path) && existsSync(path ?? ''));
}

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 }).status === 0;

/** Finds a Chromium or gets one: Playwright's download, else Debian's package (as root). Prints its path. */
function ensureChromium(): number {
  const found = findChromium();
  if (found) {
    console.log(`Chromium: ${found}`);
    return 0;
  }
  console.log('No Chromium here: trying Playwright’s download, then apt-get.');
  run('npx', 'playwright', 'install', '--with-deps', 'chromium');
  if (!findChromium() && existsSync('/usr/bin/apt-get')) {
    run('apt-get', 'update');
    run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium');
  }
  const installed = findChromium();
  if (installed) {
    console.log(`Chromium: ${installed}`);
    return 0;
  }
  console.error('No Chromium could be found or installed. Install one and set CHROMIUM to its path.');
  return 1;
}

if (process.argv[1] && import.meta.filename === process.argv[1]) process.exit(ensureChromium());
