/** The attention panel agrees with the network: ablation, words at a pixel, layers and heads, scales, files. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { colormap } from '../src/image/colormap.ts';
import { readNpy } from '../src/image/formats/npy.ts';
import { violations } from './axe.ts';
import { readNpyFile, vpdRun } from './cli.ts';
import { ROOM, roomPhoto } from './photos.ts';
import {
  colourAt,
  colourDistance,
  expect,
  type Pixels,
  pixelsOf,
  RUN_TIMEOUT,
  shot,
  test,
  type Workbench,
} from './test.ts';

const PROMPT = 'the red box';
/** A prompt whose mask depends on the words' attention. */
const ABLATION_PROMPT = 'the left wall';
const LOST = [0xd5, 0x5e, 0x00];
const GAINED = [0x56, 0xb4, 0xe9];

const gray = ({ data, channels }: Pixels): readonly number[] =>
  Array.from({ length: data.length / channels }, (_, i) => data[i * channels] ?? 0);

async function find(workbench: Workbench, prompt: string): Promise<Buffer> {
  const photo = await roomPhoto();
  await workbench.open('sample=none&task=refer');
  await workbench.dropRoom({ bytes: photo });
  await workbench.findMask(prompt);
  return photo;
}

/** Sets a slider as the keyboard would: to its end, in one step. */
async function threshold(page: Page, value: string): Promise<void> {
  await page.getByRole('slider', { name: 'Threshold' }).fill(value);
}

async function downloads(page: Page, button: string, count: number): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const found: Download[] = [];
  const all = new Promise<void>((resolve) => {
    page.on('download', function add(download) {
      if (found.push(download) < count) return;
      page.off('download', add);
      resolve();
    });
  });
  await page.getByRole('button', { name: button }).click();
  await all;
  for (const download of found)
    files.set(download.suggestedFilename(), new Uint8Array(await readFile(await download.path())));
  return files;
}

test('ablation of a word: the head’s new mask, its IoU, the pixels lost and gained; with keys, axe and a phone’s width', async ({
  workbench,
  page,
}, info) => {
  const photo = await find(workbench, ABLATION_PROMPT);
  const file = info.outputPath('room.png');
  await writeFile(file, photo);
  const out = info.outputPath('cli');
  await vpdRun('refer', file, out, '--prompt', ABLATION_PROMPT, '--without', 'left', '--without', 'wall');

  const region = page.getByRole('region', { name: 'Without a word' });
  await expect(region).toContainText('The UNet’s features were still computed with the word');
  const outcome = page.getByTestId('ablation');
  await test.step('with the keyboard only', async () => {
    const chip = region.getByRole('button', { name: 'Leave out left' });
    await chip.focus();
    await page.keyboard.press('Space');
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
    await expect(outcome).toContainText('Without “left”', { timeout: RUN_TIMEOUT });
    await page.keyboard.press('Space');
    await expect(outcome).toHaveCount(0);
  });

  await test.step('a closed section stays closed, also after another tab was shown', async () => {
    const section = page.getByRole('region', { name: 'Words at the crosshair' });
    await section.locator('summary').press('Enter');
    await expect(page.getByText('to rank the words there')).toHaveCount(0);
    await workbench.openTab('Classes');
    await workbench.openTab('Find');
    await expect(section.locator('summary')).toBeVisible();
    await expect(page.getByText('to rank the words there')).toHaveCount(0);
    await section.locator('summary').click();
    await expect(page.getByText('to rank the words there')).toBeVisible();
  });

  const before = await workbench.screenshot();
  await region.getByRole('button', { name: 'Leave out left' }).click();
  await region.getByRole('button', { name: 'Leave out wall' }).click();
  await expect(outcome).toContainText('Without “left”, “wall”', { timeout: RUN_TIMEOUT });
  await workbench.ready();

  const mask = gray(await pixelsOf(await readFile(join(out, 'mask.png'))));
  const left = gray(await pixelsOf(await readFile(join(out, 'mask-without.png'))));
  const count = (test: (a: boolean, b: boolean) => boolean) =>
    mask.filter((value, i) => test(value > 0, (left[i] ?? 0) > 0)).length;
  const [both, either] = [count((a, b) => a && b), count((a, b) => a || b)];
  const figure = async (name: string) => Number(await outcome.getAttribute(`data-${name}`));
  expect(await figure('iou')).toBeCloseTo(either > 0 ? both / either : 1, 2);
  expect(await figure('area')).toBeCloseTo(count((_, b) => b) / mask.length, 2);

  // At the threshold where most pixels change, the change is visible with any model.
  const whole = (await readNpyFile(out, 'logits.npy')).data;
  const without = Array.from((await readNpyFile(out, 'probability-without.npy')).data, Number);
  const pixels = ROOM.width * ROOM.height;
  const probability = without.map((_, i) => 1 / (1 + Math.exp(Number(whole[i]) - Number(whole[pixels + i]))));
  const changes = (level: number) => probability.filter((a, i) => a > level !== (without[i] ?? 0) > level).length;
  const levels = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const level = levels.reduce((best, next) => (changes(next) > changes(best) ? next : best));
  await threshold(page, String(level));
  const at = (test: (a: number, b: number) => boolean) =>
    probability.flatMap((a, i) => (test(a, without[i] ?? 0) ? [i] : []));
  const lost = at((a, b) => a > level && b <= level);
  const gained = at((a, b) => a <= level && b > level);
  expect(await figure('lost')).toBeCloseTo(lost.length / pixels, 2);
  expect(await figure('gained')).toBeCloseTo(gained.length / pixels, 2);
  expect(Math.max(lost.length, gained.length), 'pixels that change').toBeGreaterThan(50);

  await workbench.openMaskTools();
  await page.getByText('Outline', { exact: true }).click();
  const during = await workbench.screenshot();
  const place = await workbench.placeOf(ROOM);
  const drawn = (indices: readonly number[], colour: readonly number[]) => {
    let near = 0;
    for (const i of indices) {
      const point = place(i % ROOM.width, Math.floor(i / ROOM.width));
      const shown = colourAt(during, point.x, point.y);
      const under = colourAt(before, point.x, point.y);
      // The colour at 85 % over the photo, approximately, because the mask was drawn there before.
      if (colourDistance(colour, shown) < 70 && shown.join() !== under.join()) near++;
    }
    return near / indices.length;
  };
  const sample = (indices: readonly number[]) => indices.filter((_, i) => i % Math.ceil(indices.length / 60) === 0);
  if (lost.length > 50) expect(drawn(sample(lost), LOST)).toBeGreaterThan(0.8);
  if (gained.length > 50) expect(drawn(sample(gained), GAINED)).toBeGreaterThan(0.8);
  await shot(page, 'without');

  await region.getByRole('button', { name: 'Leave out each word in turn' }).press('Enter');
  const rows = page.getByTestId('ablation-ranking').locator('tbody tr');
  await expect(rows).toHaveCount(3);
  await expect(page.getByTestId('ablation-ranking')).not.toContainText('…', { timeout: RUN_TIMEOUT });
  const ious = (await rows.locator('td:nth-child(2)').allTextContents()).map(Number);
  expect(ious).toEqual([...ious].sort((a, b) => a - b));
  await rows.first().getByRole('button').click();
  // The list shows three digits.
  await expect(async () => expect(await figure('iou')).toBeCloseTo(ious[0] ?? Number.NaN, 2)).toPass();

  await test.step('with everything open, no axe violation and a phone’s width, light and dark', async () => {
    await workbench.stage.focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('summary', { hasText: 'Layers and heads' }).press('Space');
    await expect(page.getByTestId('head-grid')).toBeVisible({ timeout: RUN_TIMEOUT });
    await workbench.ready();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      const [content = 0, window = 0] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        globalThis.innerWidth,
      ]);
      expect(content).toBeLessThanOrEqual(window);
      await shot(page, `phone, ${colorScheme}`);
    }
  });

  await test.step('another prompt starts without an ablation', async () => {
    await workbench.find('the door');
    await expect(page.getByTestId('finding')).toContainText('the door', { timeout: RUN_TIMEOUT });
    await expect(outcome).toHaveCount(0);
  });
});

/** Checks the scales (own, shared, shares) and the map's PNG. */
async function checkScales(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const words = ['the', 'red', 'box'];
  const scale = page.getByTestId('heat-scale');
  const figures = async () => {
    const found: { max: number; high: number }[] = [];
    for (const word of words) {
      await page.locator('.token', { hasText: word }).hover();
      await expect(scale).toHaveAttribute('data-word', word);
      found.push({
        max: Number(await scale.getAttribute('data-max')),
        high: Number(await scale.getAttribute('data-high')),
      });
    }
    return found;
  };
  const choose = (label: string) => page.getByRole('combobox', { name: 'Scale' }).selectOption({ label });
  const own = await figures();
  for (const { max, high } of own) expect(high).toBe(max);
  await choose('One for all words');
  const shared = await figures();
  const most = Math.max(...own.map(({ max }) => max));
  for (const { high } of shared) expect(high).toBe(most);
  await choose('Share among the words');
  const shares = await figures();
  for (const { max, high } of shares) {
    expect(high).toBe(1);
    expect(max).toBeGreaterThan(0);
    expect(max).toBeLessThanOrEqual(1);
  }
  expect(
    shares.reduce((sum, { max }) => sum + max, 0),
    'peaks of shares that add up to one',
  ).toBeGreaterThanOrEqual(1);

  await choose('Each map’s own');
  await page.locator('.token', { hasText: 'red' }).click();
  const { name, bytes } = await workbench.download('This map PNG');
  expect(name).toBe('room-attention-red.png');
  const picture = await pixelsOf(bytes);
  expect([picture.width, picture.height]).toEqual([ROOM.width, ROOM.height]);
  const files = await downloads(page, 'Maps .npy', 2);
  const maps = readNpy(files.get('room-the-red-box-attention-8.npy') ?? new Uint8Array(), 'maps.npy');
  const [, rows = 0, columns = 0] = maps.shape;
  const red = Array.from(maps.data, Number).slice(2 * rows * columns, 3 * rows * columns);
  expect(Math.max(...red)).toBeCloseTo(own[1]?.max ?? 0, 6);
  // Without the outermost cells, whose enlargement differs at the edges.
  const inner = red
    .map((weight, cell) => ({ weight, x: cell % columns, y: Math.floor(cell / columns) }))
    .filter(({ x, y }) => x > 0 && y > 0 && x < columns - 1 && y < rows - 1);
  inner.sort((a, b) => a.weight - b.weight);
  const light = ({ x, y }: { x: number; y: number }) =>
    colourAt(picture, ((x + 0.5) / columns) * ROOM.width, ((y + 0.5) / rows) * ROOM.height).reduce((a, b) => a + b, 0);
  const third = Math.floor(inner.length / 3);
  const mean = (cells: readonly { x: number; y: number }[]) =>
    cells.reduce((sum, cell) => sum + light(cell), 0) / cells.length;
  expect(mean(inner.slice(-third)), 'hot cells are lighter than cold ones').toBeGreaterThan(
    mean(inner.slice(0, third)) + 20,
  );
  expect(new TextDecoder('latin1').decode(bytes)).toContain('Attention of "red", inferno from 0 to ');
}

/** Checks the thumbnails of the shown word's layers and heads, one map on the stage, and the file of maps. */
async function checkHeads(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await page.getByText('Layers and heads').click();
  const grid = page.getByTestId('head-grid');
  await expect(grid).toHaveAttribute('data-word', 'red', { timeout: RUN_TIMEOUT });
  await workbench.ready();
  const rows = grid.locator('.head-row');
  // Two blocks with cross-attention on the way up and one on the way down, at each of three resolutions.
  await expect(rows).toHaveCount(9);
  const cells = grid.locator('.head-cell');
  const count = await cells.count();
  expect(count).toBeGreaterThan(9);
  await expect(
    grid.getByRole('button', { name: /^up 1\/16 · a, head 2: (< )?[\d.]+ peak, (< )?[\d.]+ mean$/ }),
  ).toBeVisible();

  await test.step('a thumbnail is inferno of the map, from zero to its peak', async () => {
    const brightest = await cells.first().evaluate((cell) => {
      const canvas = cell.querySelector('canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const colours = Array.from({ length: data.length / 4 }, (_, i) => [...data.slice(4 * i, 4 * i + 3)]);
      const light = (colour: readonly number[] = []) => colour.reduce((sum, channel) => sum + channel, 0);
      return colours.sort((a, b) => light(b) - light(a))[0];
    });
    expect(brightest).toEqual([...colormap('inferno').subarray(3 * 255)]);
  });

  await test.step('one stop of the Tab key, and arrow keys within', async () => {
    await expect(grid.locator('.head-cell[tabindex="0"]')).toHaveCount(1);
    const heads = (row: number) => rows.nth(row).locator('.head-cell');
    const counts = await rows.evaluateAll((all) => all.map((row) => row.querySelectorAll('.head-cell').length));
    const at = counts.findIndex((count, row) => count > 1 && counts[row + 1] !== undefined);
    await heads(at).first().focus();
    await page.keyboard.press('ArrowRight');
    await expect(heads(at).nth(1)).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(heads(at + 1).nth(Math.min(1, (counts[at + 1] ?? 0) - 1))).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await expect(heads(at).last()).toBeFocused();
    await expect(grid.locator('.head-cell[tabindex="0"]')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(grid.locator(':focus')).toHaveCount(0);
  });

  const before = await workbench.screenshot();
  const cell = grid.getByRole('button', { name: /^up 1\/16 · a, head 2/ });
  await cell.click();
  await expect(cell).toHaveAttribute('aria-pressed', 'true');
  const scale = page.getByTestId('heat-scale');
  await expect(scale).toContainText('up 1/16 · a, head 2');
  const peak = Number(await cell.getAttribute('data-max'));
  expect(Number(await scale.getAttribute('data-max'))).toBeCloseTo(peak, 6);
  const during = await workbench.screenshot();
  const box = await workbench.stage.boundingBox();
  let changed = 0;
  for (let i = 1; i < 40; i++)
    for (let j = 1; j < 40; j++) {
      const [x, y] = [(box?.x ?? 0) + (i / 40) * (box?.width ?? 0), (box?.y ?? 0) + (j / 40) * (box?.height ?? 0)];
      if (colourAt(before, x, y).join() !== colourAt(during, x, y).join()) changed++;
    }
  expect(changed, 'sampled points of the stage that changed').toBeGreaterThan(100);
  await shot(page, 'grid');

  const files = await downloads(page, 'Maps .npy', 2);
  const [npy] = [...files].filter(([name]) => name.endsWith('.npy'));
  const [json] = [...files].filter(([name]) => name.endsWith('.json'));
  expect(npy?.[0]).toMatch(/^room-the-red-box-attention-output_blocks\.\d+\.1-head2\.npy$/);
  const maps = readNpy(npy?.[1] ?? new Uint8Array(), 'maps.npy');
  const facts = JSON.parse(new TextDecoder().decode(json?.[1]));
  expect(facts.tokens.map(({ text, kind }: { text: string; kind: string }) => (kind === 'word' ? text : kind))).toEqual(
    ['start', 'the', 'red', 'box', 'end'],
  );
  expect(maps.shape.slice(0, 1)).toEqual([5]);
  expect(maps.shape[1]).toBeGreaterThan(0);
  const size = (maps.shape[1] ?? 0) * (maps.shape[2] ?? 0);
  expect(Math.max(...Array.from(maps.data, Number).slice(2 * size, 3 * size))).toBeCloseTo(peak, 6);

  await page.getByRole('button', { name: 'Back to the means' }).click();
  await expect(scale).toContainText('mean that the head used');
  await expect(cell).toHaveAttribute('aria-pressed', 'false');
}

test('words at the crosshair in the order of their weights, which equal the command line’s; scales; layers and heads', async ({
  workbench,
  page,
}, info) => {
  const photo = await find(workbench, PROMPT);
  const file = info.outputPath('room.png');
  await writeFile(file, photo);
  const out = info.outputPath('cli');
  await vpdRun('refer', file, out, '--prompt', PROMPT);
  const maps = await readNpyFile(out, 'attention.npy');
  const [, rows = 0, columns = 0] = maps.shape;

  await workbench.stage.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const [x, y] = await Promise.all(
    ['data-x', 'data-y'].map(async (name) => Number(await workbench.readout.getAttribute(name))),
  );
  const cell =
    Math.floor((((y ?? 0) + 0.5) / ROOM.height) * rows) * columns +
    Math.floor((((x ?? 0) + 0.5) / ROOM.width) * columns);
  const weights = new Map(
    ['the', 'red', 'box'].map((word, i) => [word, Number(maps.data[(i + 1) * rows * columns + cell])]),
  );
  const expected = [...weights].sort((a, b) => b[1] - a[1]).map(([word]) => word);
  const items = page.getByTestId('pixel-words').locator('li');
  const words = page.getByTestId('pixel-words').locator('li:not([data-special])');
  await expect(words).toHaveCount(3);
  const shown = await words.evaluateAll((list) => list.map((li) => li.getAttribute('data-word')));
  expect(shown).toEqual(expected);
  for (const [i, word] of expected.entries())
    expect(Number(await words.nth(i).getAttribute('data-weight'))).toBeCloseTo(weights.get(word) ?? 0, 3);
  await expect(items.nth(3), 'special tokens come after the words').toHaveAttribute('data-special', 'true');

  // The crosshair follows the pointer until a click fixes it.
  const at = await workbench.pixelInWindow(ROOM, x ?? 0, y ?? 0);
  await page.mouse.click(at.x, at.y);
  await words.first().getByRole('button').click();
  await expect(page.getByTestId('heat-scale')).toHaveAttribute('data-word', expected[0] ?? '');
  expect(await words.evaluateAll((list) => list.map((li) => li.getAttribute('data-word')))).toEqual(expected);
  await words.first().getByRole('button').click();
  await page.mouse.move(at.x + 20, at.y);
  await expect(workbench.readout, 'the crosshair follows the pointer again').not.toHaveAttribute('data-x', String(x));
  await page.mouse.move(1, 1);
  await expect(words).toHaveCount(0);

  await test.step('scales', () => checkScales(workbench));
  await test.step('layers and heads: thumbnails, one map on the stage, the file of maps', () => checkHeads(workbench));
});
