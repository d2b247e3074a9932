/**
 * Converts checkpoints in the page, in a real Chromium, and measures seconds, memory over idle, and the longest task of the page's thread.
 * With --against DIR (a pack that the command line converted from the same files) the packs' configs, which contain the hashes of all
 * files, are compared. With --kills N the tab's process or the whole browser is killed (SIGKILL) at N random points, and each time the
 * conversion is continued.
 *
 *   npm run build && npx tsx scripts/convert-in-page.ts FILE… [--weights q8] [--against DIR] [--kills 10] [--seed 1] [--json]
 *
 * Memory is the proportional set size of the processes (Linux: /proc), sampled four times a second, and what the page measures itself.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { launchOptions } from '../e2e/chromium.ts';
import { browserOf, browserProcesses, tabOf, watchMemory } from './browser-memory.ts';

const SAMPLE_MS = 250;
/** Interval at which progress is checked before a kill. */
const CHECK_MS = 50;
/** A conversion of 4.3 GB takes minutes; this timeout only ends a hang. */
const PATIENCE_MS = 3_600_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    weights: { type: 'string', default: 'q8' },
    against: { type: 'string' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean' },
  },
});
if (positionals.length === 0) {
  console.error(
    'usage: convert-in-page.ts FILE… [--weights q4|q8|f16] [--against DIR] [--kills N] [--seed NUMBER] [--json]',
  );
  process.exit(2);
}
const files = positionals.map((path) => resolve(path));
const say = (line: string): void => {
  if (!values.json) console.log(line);
};

/** Points at which to kill, as ascending shares of the work; the same for the same seed. */
function placesOf(count: number, seed: number): readonly number[] {
  let x = seed;
  const next = (): number => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  return Array.from({ length: count }, () => 0.02 + 0.96 * next()).sort((a, b) => a - b);
}

const server = await preview({ preview: { port: 0 } });
const url = server.resolvedUrls?.local[0];
if (url === undefined) throw new Error('vite preview has no address');
const profile = await mkdtemp(join(tmpdir(), 'vpd-convert-profile-'));
const launch = (): Promise<BrowserContext> => chromium.launchPersistentContext(profile, launchOptions());

/** Opens the page and waits until its own model is open, so that memory is measured while idle. */
async function openPage(context: BrowserContext): Promise<Page> {
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
  return page;
}

/** Gives the files to the dialog and waits for the plan. */
async function plan(page: Page): Promise<void> {
  await page.getByTestId('device').click();
  await page.getByRole('button', { name: 'Convert a checkpoint…' }).click();
  await page.getByTestId('weights-input').setInputFiles(files);
  await page.getByTestId(`scheme-${values.weights}`).getByRole('radio').check({ timeout: PATIENCE_MS });
}

/** Makes the page measure its own memory continuously (heaps of page and workers, wasm, buffers), in bytes: the first and the most. */
async function measureItself(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { most: 0, first: 0 };
    Object.assign(globalThis, { seen });
    void (async () => {
      for (;;) {
        const { bytes } = await Reflect.get(performance, 'measureUserAgentSpecificMemory').call(performance);
        seen.first ||= bytes;
        seen.most = Math.max(seen.most, bytes);
      }
    })();
  });
}

const share = (page: Page): Promise<number> =>
  page
    .getByTestId('bytes')
    .evaluate((bar) => (bar instanceof HTMLProgressElement ? bar.value / bar.max : 0), undefined, { timeout: 5_000 })
    .catch(() => 0);

/** Waits until a share of the work is done, kills a process as a crash or the out-of-memory killer would, and opens everything again. */
async function killAt(place: number, what: 'tab' | 'browser', context: BrowserContext, page: Page) {
  const converting = page.locator('[data-testid=conversion][data-phase=converting]');
  while (!(await converting.isVisible()) || (await share(page)) < place) {
    if (await page.getByTestId('converted').isVisible()) throw new Error('It ended before it could be killed.');
    await page.waitForTimeout(CHECK_MS);
  }
  const at = await share(page);
  const processes = browserProcesses(profile);
  const victim = what === 'tab' ? tabOf(processes) : browserOf(processes);
  if (!victim) throw new Error(`There is no process of the ${what}.`);
  const gone = what === 'tab' ? page.waitForEvent('crash') : context.waitForEvent('close');
  process.kill(victim.pid, 'SIGKILL');
  await gone;
  if (what === 'tab') await page.close();
  const again = what === 'tab' ? context : await launch();
  const opened = await openPage(again);
  await plan(opened);
  const left = await opened.getByTestId(`scheme-${values.weights}`).locator('.quiet').textContent();
  say(`killed the ${what} at ${(100 * at).toFixed(1)} %; ${left}`);
  await opened.getByRole('button', { name: 'Continue converting' }).click();
  return { context: again, page: opened };
}

let context = await launch();
try {
  let page = await openPage(context);
  await measureItself(page);
  const memory = watchMemory(profile, SAMPLE_MS);
  await plan(page);
  await page.evaluate(() => {
    Reflect.get(globalThis, 'longest').ms = 0;
  });
  const began = performance.now();
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
  const kills = placesOf(Number(values.kills), Number(values.seed));
  for (const [i, place] of kills.entries())
    ({ context, page } = await killAt(place, i % 2 === 0 ? 'tab' : 'browser', context, page));
  const finished = page.getByTestId('converted');
  await finished.waitFor({ timeout: PATIENCE_MS });
  const seconds = (performance.now() - began) / 1000;
  const peak = memory.end();
  const own = await page.evaluate(() => {
    const { longest, seen } = Object(globalThis);
    return { longestTask: Number(longest.ms), most: Number(seen?.most ?? 0), first: Number(seen?.first ?? 0) };
  });
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
    kills: kills.length,
    seconds: Math.round(10 * seconds) / 10,
    idleMegabytes: megabytes(memory.idle),
    peakOverIdleMegabytes: megabytes(peak.tab),
    browserPeakOverIdleMegabytes: megabytes(peak.browser),
    // Not after a kill, because the last page measured only the rest of the work.
    ...(kills.length === 0 ? { measuredByPageMegabytes: [megabytes(own.first), megabytes(own.most)] } : {}),
    longestTaskMs: Math.round(own.longestTask),
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
