/** The page's results equal the command line's on each backend: depth, masks, maps and labels. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { colormap } from '../src/image/colormap.ts';
import type { NpyArray } from '../src/image/formats/npy.ts';
import { readNpyFile, vpdRun } from './cli.ts';
import { roomPhoto } from './photos.ts';
import { colourAt, colourDistance, expect, type Pixels, pixelsOf, RUN_TIMEOUT, test } from './test.ts';

/** Largest difference of a depth value between the page and the command line, in metres. */
const DEPTH_TOLERANCE = 0.02;
/** Share of pixels whose mask and class must be equal; pixels with tied logits may differ. */
const EQUAL_PIXELS = 0.995;
const PROMPT = 'the red box';
const WORD = 'red';

function values(array: NpyArray): readonly number[] {
  return Array.from(array.data, Number);
}

function shareEqual(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}

/** Index of the pixel with the smallest differences from its neighbours, where smoothing does not change the colour. */
function flattest(data: readonly number[], width: number, height: number): number {
  let best = { index: 0, spread: Number.POSITIVE_INFINITY };
  for (let y = 4; y < height - 4; y++)
    for (let x = 4; x < width - 4; x++) {
      const i = y * width + x;
      const near = [i, i - 1, i + 1, i - width, i + width].map((at) => data[at] ?? 0);
      const spread = Math.max(...near) - Math.min(...near);
      if (spread < best.spread) best = { index: i, spread };
    }
  return best.index;
}

/** Makes the engine's worker find no JSPI, as in Safari and Firefox, which get another build of the runtime for WebGPU; Chromium's is tested in capture.spec.ts. */
async function hideJspi(page: Page): Promise<void> {
  await page.route(/\/assets\/worker-[\w-]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `delete WebAssembly.Suspending;\n${await response.text()}` });
  });
}

test('a photo dropped on the page gives the same results as the command line', async ({ workbench, backend }, info) => {
  const photo = await roomPhoto({ strip: backend === 'webgpu' });
  const file = info.outputPath('room.png');
  await writeFile(file, photo);
  const out = info.outputPath('cli');

  if (backend === 'webgpu') await hideJspi(workbench.page);
  const runtime = workbench.page.waitForRequest(/ort-wasm-simd-threaded.*\.wasm$/);
  await workbench.open();
  await workbench.dropRoom({ bytes: photo });
  await workbench.ready();
  expect((await runtime).url()).toContain(backend === 'webgpu' ? 'threaded.asyncify-' : 'threaded-');
  await expect(workbench.page.getByTestId('device')).toHaveAttribute('data-backend', new RegExp(`^${backend}`));

  await test.step('depth', async () => {
    await vpdRun('depth', file, join(out, 'depth'));
    const expected = await readNpyFile(join(out, 'depth'), 'depth.npy');
    const found = await workbench.downloadNpy('.npy, metres');
    expect(found.shape).toEqual(expected.shape);
    const metres = values(found);
    const largest = values(expected).reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - (metres[i] ?? 0))),
      0,
    );
    expect(largest).toBeLessThan(DEPTH_TOLERANCE);

    const [height = 0, width = 0] = found.shape;
    const photoSize = { width, height };
    const at = flattest(metres, width, height);
    const [x, y] = [at % width, Math.floor(at / width)];
    const point = await workbench.pixelInWindow(photoSize, x, y);
    await workbench.page.mouse.move(point.x, point.y);
    await expect(workbench.readout).toHaveAttribute('data-x', String(x));
    await expect(workbench.readout).toHaveAttribute('data-y', String(y));
    expect(Number(await workbench.readout.getAttribute('data-metres'))).toBe(metres[at]);

    // Turbo is reversed by default, so near is red.
    const [near, far] = [Math.min(...metres), Math.max(...metres)];
    const entry = Math.round(255 * (1 - ((metres[at] ?? 0) - near) / (far - near)));
    const wanted = [...colormap('turbo').subarray(3 * entry, 3 * entry + 3)];
    const shown = colourAt(await workbench.screenshot(), point.x, point.y);
    const original = colourAt(await pixelsOf(photo), x, y);
    expect(colourDistance(wanted, shown), `${shown} against ${wanted}`).toBeLessThanOrEqual(8);
    expect(shown).not.toEqual(original);
  });

  await test.step('mask and attention of a prompt', async () => {
    await vpdRun('refer', file, join(out, 'refer'), '--prompt', PROMPT, '--without', WORD);
    await workbench.find(PROMPT);
    await expect(workbench.page.getByTestId('finding')).toBeVisible({ timeout: RUN_TIMEOUT });
    await workbench.ready();
    const { name, bytes } = await workbench.download('Mask PNG');
    expect(name).toBe('room-the-red-box.png');
    const mask = await pixelsOf(bytes);
    const reference = await pixelsOf(await readFile(join(out, 'refer', 'mask.png')));
    const inside = ({ data, channels }: Pixels) =>
      Array.from({ length: data.length / channels }, (_, i) => data[i * channels] ?? 0);
    const [found, expected] = [inside(mask), inside(reference)];
    expect(shareEqual(found, expected)).toBeGreaterThanOrEqual(EQUAL_PIXELS);
    const area = Number(await workbench.page.getByTestId('finding').getAttribute('data-area'));
    expect(area).toBeCloseTo(found.filter((value) => value > 0).length / found.length, 6);

    const before = await workbench.screenshot();
    const token = workbench.page.locator('.token', { hasText: WORD });
    await token.hover();
    const scale = workbench.page.getByTestId('heat-scale');
    await expect(scale).toHaveAttribute('data-word', WORD);
    const during = await pixelsOf(await workbench.page.screenshot());
    const box = await workbench.stage.boundingBox();
    const inStage = (x: number, y: number) => colourAt(during, x, y).join() !== colourAt(before, x, y).join();
    let changed = 0;
    for (let i = 1; i < 40; i++)
      for (let j = 1; j < 40; j++)
        if (box && inStage(box.x + (i / 40) * box.width, box.y + (j / 40) * box.height)) changed++;
    expect(changed, 'sampled points of the stage that changed').toBeGreaterThan(100);

    // Token 0 is the start; "the" and "red" follow.
    const maps = await readNpyFile(join(out, 'refer'), 'attention.npy');
    const [, rows = 0, columns = 0] = maps.shape;
    const red = values(maps).slice(2 * rows * columns, 3 * rows * columns);
    expect(Math.abs(Number(await scale.getAttribute('data-max')) - Math.max(...red))).toBeLessThan(1e-3);

    // Only the head runs, on features that are kept on the device.
    await workbench.page.getByRole('button', { name: `Leave out ${WORD}` }).click();
    const outcome = workbench.page.getByTestId('ablation');
    await expect(outcome).toBeVisible({ timeout: RUN_TIMEOUT });
    const without = inside(await pixelsOf(await readFile(join(out, 'refer', 'mask-without.png'))));
    const left = without.filter((value) => value > 0).length / without.length;
    expect(Math.abs(Number(await outcome.getAttribute('data-area')) - left)).toBeLessThan(1 - EQUAL_PIXELS);
    const same = shareEqual(without, expected);
    const shown = Number(await outcome.getAttribute('data-lost')) + Number(await outcome.getAttribute('data-gained'));
    expect(Math.abs(1 - same - shown)).toBeLessThan(2 * (1 - EQUAL_PIXELS));
  });

  await test.step('classes', async () => {
    await vpdRun('segment', file, join(out, 'segment'));
    await workbench.openTab('Classes');
    await expect(workbench.page.locator('.class-row').first()).toBeVisible({ timeout: RUN_TIMEOUT });
    await workbench.ready();
    const found = await workbench.downloadNpy('.npy, class index');
    const expected = await readNpyFile(join(out, 'segment'), 'labels.npy');
    expect(found.shape).toEqual(expected.shape);
    expect(shareEqual(values(found), values(expected))).toBeGreaterThanOrEqual(EQUAL_PIXELS);
  });
});
