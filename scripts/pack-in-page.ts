/**
 * Opens a pack of any size as the built page's own model, gives the page a small photo, and compares its depth with the command line's:
 * like pack-in-chromium.ts, but for the whole page with its workers. The pack's working size becomes --size, because a CPU takes many
 * minutes for a full-size model on a photo of usual size.
 *
 *   npm run build && npx tsx scripts/pack-in-page.ts --pack DIR [--backend wasm|webgpu] [--size 64] [--runtime node] [--screenshot FILE]
 */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { preview } from 'vite';
import { launchOptions } from '../e2e/chromium.ts';
import { command as runCommand } from '../src/cli/commands/run.ts';
import { oneOf, required, wholeNumber } from '../src/cli/options.ts';
import { difference } from '../src/difference.ts';
import { readNpyF32 } from '../src/image/formats/npy.ts';
import { CONFIG_FILE } from '../src/weights/pack/pack-config.ts';
import { watchMemory } from './browser-memory.ts';

/** Largest difference of float32 on two devices, relative L2. */
const BAR = 1e-3;
const SAMPLE_MS = 250;
/** This timeout only ends a hang. */
const PATIENCE_MS = 3_600_000;
const SAMPLE = 'public/samples/scene-1.png';

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    size: { type: 'string', default: '64' },
    runtime: { type: 'string', default: 'node' },
    screenshot: { type: 'string' },
  },
});
const pack = resolve(required('--pack', values.pack));
const backend = oneOf<'wasm' | 'webgpu'>('--backend', ['wasm', 'webgpu'], values.backend);
const side = wholeNumber('--size', values.size, 1) ?? 64;
const work = await mkdtemp(join(tmpdir(), 'vpd-pack-in-page-'));

/** Makes a folder with the built page and this pack, at this working size. */
async function prepareSite(): Promise<{ readonly site: string; readonly model: string; readonly photo: string }> {
  const site = join(work, 'site');
  const model = join(site, 'models/tiny');
  await mkdir(model, { recursive: true });
  for (const name of await readdir('dist'))
    if (name !== 'models') await symlink(resolve('dist', name), join(site, name));
  for (const name of await readdir(pack)) if (name !== CONFIG_FILE) await symlink(join(pack, name), join(model, name));
  const config = JSON.parse(await readFile(join(pack, CONFIG_FILE), 'utf8'));
  await writeFile(
    join(model, CONFIG_FILE),
    JSON.stringify({ ...config, working: { ...config.working, longSide: side } }),
  );
  const photo = join(work, 'photo.png');
  await sharp(SAMPLE).resize(side, side, { fit: 'fill' }).png().toFile(photo);
  return { site, model, photo };
}

/** Computes depth on the command line. The photo has the network's size, so `direct` equals the page's protocol. */
async function commandLine(photo: string): Promise<Float32Array> {
  const out = join(work, 'out');
  const io = { out: () => undefined, err: () => undefined };
  const args = ['depth', '--pack', pack, '--image', photo, '--protocol', 'direct', '--out', out, '--raw'];
  const code = await runCommand.run([...args, '--runtime', values.runtime], io);
  if (code !== 0) throw new Error(`run ended with ${code}.`);
  return readNpyF32(new Uint8Array(await readFile(join(out, 'depth.npy'))), 'depth.npy').data;
}

/** Waits for the photo's result, or throws with the page's message. */
async function answered(page: Page, photo: string): Promise<void> {
  const status = page.getByTestId('status');
  const done = status.filter({ hasText: photo }).and(page.locator('[data-state=ready]'));
  const notice = page.locator('.notice, [data-testid=status][data-state=failed]');
  await done.or(notice).first().waitFor({ timeout: PATIENCE_MS });
  if (!(await done.isVisible())) throw new Error(`The page says: ${await notice.first().textContent()}`);
}

const { site, model, photo } = await prepareSite();
const server = await preview({ build: { outDir: site }, preview: { port: 0 } });
const profile = join(work, 'profile');
const context = await chromium.launchPersistentContext(profile, {
  ...launchOptions(),
  serviceWorkers: 'block',
  viewport: { width: 1280, height: 800 },
});
try {
  const want = await commandLine(photo);
  const page = await context.newPage();
  const memory = watchMemory(profile, SAMPLE_MS);
  const began = performance.now();
  await page.goto(`${server.resolvedUrls?.local[0]}?backend=${backend}&sample=none`);
  await page.locator('input[type=file]').first().setInputFiles(photo);
  await answered(page, 'photo.png');
  const seconds = (performance.now() - began) / 1000;
  const { tab, browser } = memory.end();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: '.npy, metres' }).click();
  const file = await (await downloading).path();
  const got = readNpyF32(new Uint8Array(await readFile(file)), 'page').data;
  const { relative, notFinite } = difference('depth', got, want);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(await page.getByTestId('device').getAttribute('title'));
  console.log(
    `the page opened ${megabytes(await bytesOf(model))} of weights and answered in ${seconds.toFixed(0)} s; over idle the tab took ${megabytes(tab)}, the browser ${megabytes(browser)}`,
  );
  console.log(`depth at ${side}×${side}: relative L2 ${relative.toExponential(2)} (bar ${BAR})`);
  if (values.screenshot) await page.screenshot({ path: values.screenshot });
  process.exitCode = relative <= BAR && notFinite === 0 ? 0 : 1;
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
} finally {
  await context.close();
  await server.close();
  await rm(work, { recursive: true, force: true });
}
process.exit();

async function bytesOf(folder: string): Promise<number> {
  const { files }: { files: Record<string, { bytes: number }> } = JSON.parse(
    await readFile(join(folder, CONFIG_FILE), 'utf8'),
  );
  return Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
}
