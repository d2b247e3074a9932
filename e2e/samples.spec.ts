/** The sample scenes: their stored results without a model, and their differences from the truth. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyColormap, colormap } from '../src/image/colormap.ts';
import { classFigures, depthFigures } from '../src/samples/figures.ts';
import { readSample } from '../src/samples/read.ts';
import { readTruth } from '../src/samples/truth.ts';
import { violations } from './axe.ts';
import { SAMPLE, smallRoom } from './photos.ts';
import { colourDistance, expect, PATIENCE, test } from './test.ts';

const PROMPT = 'the red chair';

const read = async (name: string) => new Blob([await readFile(join('dist/samples/scene-1', name))]);

test('of many photos added at once, the strip shows the first, those that fit after it, and how many there are', async ({
  workbench,
  page,
}) => {
  await workbench.open('', { model: false });
  await expect(page.locator('.thumb[data-photo]').first()).toBeVisible(PATIENCE);
  const bytes = await smallRoom();
  const names = Array.from({ length: 30 }, (_, i) => `${i}.png`);
  for (const { width, height } of [
    { width: 1100, height: 680 },
    { width: 390, height: 740 },
  ])
    await test.step(`${width} pixels wide`, async () => {
      await page.setViewportSize({ width, height });
      await page.getByRole('button', { name: 'Show Lamps' }).click();
      await workbench.drop(names.map((name) => ({ name, type: 'image/png', bytes })));
      const total = 30 * (width === 1100 ? 1 : 2);
      await expect(page.locator('.strip-place')).toHaveText(`${total - 29} of ${total}`);
      const first = page.locator('.thumb[aria-current="true"]');
      await expect(first).toHaveAccessibleName('Show 0.png');
      await expect(first).toBeInViewport({ ratio: 1 });
      const next = page.locator('.thumb-item:has([aria-current="true"]) + .thumb-item .thumb');
      await expect(next).toHaveAccessibleName('Show 1.png');
      await expect(next).toBeInViewport({ ratio: 0.9 });
    });
  await test.step('the screen is turned', async () => {
    await page.setViewportSize({ width: 740, height: 390 });
    await expect(page.getByRole('button', { name: 'Show Lamps' })).not.toBeInViewport();
    await expect(page.locator('.thumb[aria-current="true"]')).toBeInViewport({ ratio: 0.9 });
  });
});

test('a sample’s stored results are shown without a model, marked as such, next to the truth', async ({
  workbench,
  page,
}) => {
  // Requests for the pack never end, so there is neither a pack nor an error.
  await page.route('**/models/**', () => undefined);
  const seen = await readSample(read);
  const truth = await readTruth(read);
  await workbench.open('');
  await expect(page.getByTestId('depth-near')).toHaveText(`${seen.depth.min.toFixed(2)} m`, PATIENCE);
  await expect(workbench.status).toHaveAttribute('data-state', 'starting');
  await expect(page.getByTestId('origin')).toHaveAttribute('data-pack', seen.pack.hash);
  const reads = page.workers().some((worker) => worker.url().includes('samples-'));
  expect(reads, 'files are read off the page’s thread').toBe(true);
  const depth = await workbench.downloadNpy('.npy, metres');
  expect(Buffer.compare(Buffer.from(depth.data.buffer), Buffer.from(seen.depth.metres.buffer))).toBe(0);

  await test.step('depth: truth right of the handle in the same colours, with its figures', async () => {
    await page.getByRole('switch', { name: 'Show truth' }).check();
    const figures = depthFigures(seen.depth, truth);
    await expect(page.getByTestId('truth')).toContainText(`${figures?.rmse.toFixed(2)} m`);
    await expect(page.getByTestId('truth')).toContainText(`${Math.round(100 * (figures?.d1 ?? 0))} %`);
    await expect(page.getByTestId('compare')).toHaveAttribute('aria-valuenow', '50');
    const { min, max } = seen.depth;
    for (const [x, metres] of [
      [160, seen.depth.metres],
      [480, truth.metres],
    ] as const) {
      const y = 420;
      // Near is the hot end by default.
      const value = Float32Array.of(min + max - (metres[y * SAMPLE.width + x] ?? 0));
      const wanted = applyColormap(value, [min, max], colormap('turbo'));
      const found = await workbench.drawnAt(SAMPLE, x, y);
      expect(colourDistance([...wanted], found), `${x}: ${found} against ${wanted}`).toBeLessThanOrEqual(12);
    }
  });

  await test.step('the read-out has both values, and announces both', async () => {
    const [x, y] = [200, 420];
    const metresOf = (metres: Float32Array) => (metres[y * SAMPLE.width + x] ?? 0).toFixed(2);
    const [result, wanted] = [metresOf(seen.depth.metres), metresOf(truth.metres)];
    const at = await workbench.pixelInWindow(SAMPLE, x - 1, y);
    await page.mouse.click(at.x, at.y);
    await page.keyboard.press('Shift+ArrowRight');
    await expect(workbench.readout).toHaveAttribute('data-x', String(x));
    await expect(workbench.readout).toContainText(`${result} m | ${wanted} m`);
    const announced = workbench.readout.locator('[aria-live=polite]');
    await expect(announced).toContainText(`${result} metres`);
    await expect(announced).toContainText(new RegExp(`truth; ${wanted} metres`));
  });

  await test.step('errors instead of the truth: vermilion where too near, blue where too far, with a legend', async () => {
    const errors = page.getByRole('switch', { name: 'Errors' });
    await errors.check();
    await expect(page.getByRole('slider', { name: 'errors right of it' })).toBeVisible();
    await expect(page.getByTestId('error-legend')).toHaveText(/^−\d+\.\d\d m nearer.*farther \+\d+\.\d\d m$/);
    const errorAt = (x: number, y: number) => {
      const at = y * SAMPLE.width + x;
      return (seen.depth.metres[at] ?? 0) - (truth.metres[at] ?? 0);
    };
    const right = Array.from({ length: 150 }, (_, i) => [340 + 2 * i, 420] as const);
    const bySize = right.sort((a, b) => errorAt(...a) - errorAt(...b));
    for (const [x, y] of [bySize.at(0), bySize.at(-1)].filter((each) => each !== undefined)) {
      const [red, , blue] = await workbench.drawnAt(SAMPLE, x, y);
      expect(Math.sign(blue - red), `${x}, ${y}: ${errorAt(x, y)} m`).toBe(Math.sign(errorAt(x, y)));
    }
    await errors.uncheck();
  });

  await test.step('without the photo, result and truth are still on their sides of the handle', async () => {
    await page.keyboard.press('p');
    await expect(page.getByRole('slider', { name: 'truth right of it' })).toBeVisible();
    await expect(page.getByTestId('compare')).toHaveAttribute('aria-valuenow', '50');
    await page.keyboard.press('p');
  });

  await test.step('axe finds nothing, also at a phone’s width, where no content is outside the window', async () => {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step('classes and masks too', async () => {
    await workbench.openTab('Classes');
    await expect(page.locator('.class-row')).toHaveCount(seen.classes.present.length);
    const { accuracy } = classFigures(seen.classes, truth.names, truth);
    await expect(page.getByTestId('truth')).toContainText(`${Math.round(100 * accuracy)} %`);
    await workbench.openTab('Find');
    await page.getByRole('button', { name: PROMPT, exact: true }).click();
    await expect(page.getByTestId('finding')).toContainText(PROMPT);
    await expect(page.getByTestId('truth')).toContainText(/^IoU\d+ %$/);
    const first = page.locator('.thumb[aria-current="true"]');
    await expect(first).toHaveAccessibleDescription('classes, depth, 1 mask');
    await page.getByRole('button', { name: 'Show Lamps' }).click();
    await workbench.openTab('Depth');
    await expect(page.getByTestId('truth')).toContainText(/RMSE\d+\.\d\d m/);
    await expect(workbench.status).toHaveAttribute('data-state', 'starting');
  });

  await test.step('samples can be hidden, except the shown one, also at the next visit; a folder takes their place', async () => {
    const samples = page.getByRole('button', { name: 'Samples' });
    await samples.click();
    await expect(page.locator('.thumb')).toHaveCount(1);
    await page.reload();
    await expect(samples).toHaveAttribute('aria-pressed', 'false', PATIENCE);
    await expect(page.locator('.thumb')).toHaveCount(1);
    const folder = test.info().outputPath('photos');
    await mkdir(join(folder, 'more'), { recursive: true });
    const photo = await smallRoom();
    for (const name of ['more/b.png', 'a.png', '.a.png']) await writeFile(join(folder, name), photo);
    await writeFile(join(folder, 'notes.txt'), 'x');
    await page.getByTestId('folder').setInputFiles(folder);
    const names = () => page.locator('.thumb').evaluateAll((all) => all.map((thumb) => thumb.getAttribute('title')));
    await expect.poll(names).toEqual(['a.png', 'b.png']);
    await expect(page.getByTestId('left-out')).toHaveText(
      'Left out: notes.txt (no photo that this page reads); .a.png (hidden or system files).',
    );
    await samples.click();
    await expect(page.getByRole('button', { name: 'Show Lamps' })).toBeVisible();
  });
});

test('a sample’s stored result can be computed again, with nearly the same values', async ({ workbench, page }) => {
  await workbench.open('');
  await expect(page.getByTestId('origin')).toBeVisible(PATIENCE);
  await workbench.ready();
  const before = await workbench.downloadNpy('.npy, metres');
  await page.getByRole('button', { name: 'Compute it here' }).click();
  await expect(page.getByTestId('origin')).toHaveCount(0);
  await workbench.ready();
  await expect(page.getByTestId('depth-near')).toHaveText(/^\d+\.\d\d m$/);
  const after = await workbench.downloadNpy('.npy, metres');
  expect(after.shape).toEqual(before.shape);
  let error = 0;
  for (let i = 0; i < before.data.length; i++) error += Math.abs(Number(before.data[i]) - Number(after.data[i]));
  // Both are from the embedded pack: they differ only by rounding to millimetres and by the order of additions.
  expect(error / before.data.length).toBeLessThan(0.01);
});
