/**
 * Finds a Chromium for the tests or installs one: Playwright’s download, else Debian’s package (as root). If `$CHROMIUM` is set, nothing is
 * installed: a path that cannot be run is an error.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath, requestedChromium } from '../e2e/chromium.ts';

function found(): boolean {
  try {
    console.log(`Chromium: ${chromiumPath() ?? 'Playwright’s'}`);
    return true;
  } catch {
    return false;
  }
}

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'inherit', timeout: 600_000 }).status === 0;

function install(): boolean {
  console.log('No Chromium here: trying Playwright’s download, then apt-get.');
  if (run('npx', 'playwright', 'install', '--with-deps', 'chromium') && found()) return true;
  if (!existsSync('/usr/bin/apt-get')) return false;
  run('apt-get', 'update');
  run('apt-get', 'install', '-y', '--no-install-recommends', 'chromium');
  return found();
}

try {
  requestedChromium();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  process.exit(1);
}
if (!found() && !install()) {
  console.error('No Chromium could be found or installed. Install one and set CHROMIUM to its path.');
  process.exit(1);
}
