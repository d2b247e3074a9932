/**
 * Converts checkpoints in the page, in a real Chromium, and measures what that takes: seconds, memory of the tab over idle, the longest
 * task of the page's thread. With --against DIR (a pack of the command line from the same files) the packs' configs, which hold the
 * hashes of all files, are compared.
 *
 *   npm run build && npx tsx scripts/convert-in-page.ts FILE… [--weights q8] [--against DIR] [--reload-at SHARE] [--json]
 *
 * Memory is the resident set of the tab's process (Linux: /proc), sampled four times a second.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { CHROMIUM_ARGS, chromiumPath } from '../e2e/chromium.ts';

const SAMPLE_MS = 250;
/** A conversion of 4.3 GB takes minutes; nothing is timed, this only ends a hang. */
const PATIENCE_MS = 3_600_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: 'string', default: 'q8' },
    against: { type: 'string' },
    'reload-at': { type: 'string' },
    json: { type: 'boolean' },
  },
});
if (positionals.length === 0) {
  console.error('usage: convert-in-page.ts FILE… [--weights q4|q8|f16] [--against DIR] [--reload-at 0…1] [--json]');
  process.exit(2);
}
const files = positionals.map((path) => resolve(path));

/** Resident bytes of the processes that render pages of the browser with this profile. */
function renderers(profile: string): number {
  let most = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes('--type=renderer') || !command.includes(profile)) continue;
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      most = Math.max(most, 1024 * Number(kilobytes ?? 0));
    } catch {
      // It ended meanwhile.
    }
  }
  return most;
}

/** Gives the files to the dialog and waits for the plan. */
async function plan(page: Page): Promise<void> {
  await page.getByTestId('device').click();
  await page.getByRole('button', { name: 'Convert a checkpoint…' }).click();
  await page.getByTestId('weights-input').setInputFiles(files);
  await page.getByTestId(`scheme-${values.weights}`).getByRole('radio').check({ timeout: PATIENCE_MS });
}

const share = (page: Page): Promise<number> =>
  page
    .getByTestId('bytes')
    .evaluate((bar) => (bar instanceof HTMLProgressElement ? bar.value / bar.max : 0), undefined, { timeout: 5_000 })
    .catch(() => 0);

const server = await preview({ preview: { port: 0 } });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('vite preview has no address');
const executablePath = chromiumPath();
const profile = await mkdtemp(join(tmpdir(), 'vpd-convert-profile-'));
const context = await chromium.launchPersistentContext(profile, {
  ...(executablePath ? { executablePath } : {}),
  args: [...CHROMIUM_ARGS],
});
try {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const longest = { ms: 0 };
    Object.assign(globalThis, { longest });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longest.ms = Math.max(longest.ms, duration);
    }).observe({ type: 'longtask' });
  });
  await page.goto(`${url}?backend=wasm&sample=none`);
  await page.waitForSelector('[data-testid=status][data-state=ready]', { timeout: PATIENCE_MS });
  const idle = renderers(profile);
  let peak = idle;
  const sampling = setInterval(() => {
    peak = Math.max(peak, renderers(profile));
  }, SAMPLE_MS);

  await plan(page);
  await page.evaluate(() => {
    Reflect.get(globalThis, 'longest').ms = 0;
  });
  const began = performance.now();
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const finished = page.getByTestId('converted');
  const reloadAt = values['reload-at'] === undefined ? undefined : Number(values['reload-at']);
  if (reloadAt !== undefined) {
    while ((await share(page)) < reloadAt) await page.waitForTimeout(100);
    await page.reload();
    await plan(page);
    await page.getByRole('button', { name: 'Go on converting' }).click();
  }
  await finished.waitFor({ timeout: PATIENCE_MS });
  const seconds = (performance.now() - began) / 1000;
  clearInterval(sampling);
  const longestTask = await page.evaluate(() => Number(Reflect.get(globalThis, 'longest').ms));
  const sha256 = (await finished.getAttribute('data-sha256')) ?? '';
  const expected =
    values.against === undefined
      ? undefined
      : createHash('sha256')
          .update(await readFile(join(values.against, 'config.json')))
          .digest('hex');
  const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;
  const figures = {
    files,
    weights: values.weights,
    seconds: Math.round(10 * seconds) / 10,
    idleMegabytes: megabytes(idle),
    peakOverIdleMegabytes: megabytes(peak - idle),
    longestTaskMs: Math.round(longestTask),
    configSha256: sha256,
    ...(expected === undefined ? {} : { sameAsCommandLine: sha256 === expected }),
  };
  if (values.json) console.log(JSON.stringify(figures));
  else for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${value}`);
  if (expected !== undefined && sha256 !== expected) process.exitCode = 1;
} finally {
  await context.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
}
