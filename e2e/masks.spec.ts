/** The masks of a photo: list, cleaning, brush, comparison and files, checked by their pixels. */
import sharp from 'sharp';
import { decodePngSamples } from '../src/image/formats/png.ts';
import { decodeRle } from '../src/image/masks/mask.ts';
import { rasterizePolygon } from '../src/image/masks/rasterize.ts';
import { classPalette } from '../src/image/palette.ts';
import { violations } from './axe.ts';
import { SMALL, smallRoom } from './photos.ts';
import {
  colourAt,
  colourDistance,
  expect,
  mix,
  PATIENCE,
  pixelsOf,
  RUN_TIMEOUT,
  shot,
  test,
  type Workbench,
} from './test.ts';

const A = 'the red box';
const B = 'the door';
/** Centres of the discs that `paint` leaves: in A only, in B only, in both; and a place outside both. */
const ONLY_A = { x: 40, y: 60 };
const ONLY_B = { x: 120, y: 60 };
const BOTH = { x: 80, y: 60 };
const NEITHER = { x: 80, y: 20 };
const RADIUS = 12;

/** Share of pixels that may differ in pycocotools, because it snaps corners to a fifth of a pixel. */
const SNAPPED = 0.0005;

/** 1 inside, 0 outside. */
interface Mask {
  readonly width: number;
  readonly height: number;
  readonly inside: Uint8Array;
}

async function openWithTwo(workbench: Workbench): Promise<Buffer> {
  const photo = await smallRoom();
  await workbench.open('sample=none&task=refer');
  await workbench.dropRoom({ bytes: photo });
  await workbench.findMask(A);
  await workbench.findMask(B);
  return photo;
}

const row = ({ page }: Workbench, name: string) =>
  page.locator('.mask-row').filter({ has: page.locator('.mask-label', { hasText: name }) });
const show = async (workbench: Workbench, name: string) => row(workbench, name).locator('.mask-name').click();

/** The shown mask, from its file. */
async function maskFile(workbench: Workbench): Promise<Mask> {
  const { bytes } = await workbench.download('Mask PNG');
  const { data, width, height, channels } = await pixelsOf(bytes);
  const inside = Uint8Array.from({ length: width * height }, (_, i) => (data[i * channels] === 255 ? 1 : 0));
  expect(data.every((value) => value === 0 || value === 255)).toBe(true);
  return { width, height, inside };
}

/** Number of pixels in which two masks differ; comparing the arrays with `expect` would take seconds. */
function different(a: Mask, b: Mask): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.inside.reduce((sum, value, i) => sum + (value === b.inside[i] ? 0 : 1), 0);
}

const count = (mask: Mask) => mask.inside.reduce((sum, value) => sum + value, 0);

/** Decodes COCO's compressed run lengths independently of the page's code: base-32 digits, differences from the fourth run on. */
function decodeCoco({ size, counts }: { size: [number, number]; counts: string }): Mask {
  const [height, width] = size;
  const runs: number[] = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0;
    let digit = 0;
    let place = 1;
    do {
      digit = counts.charCodeAt(at++) - 48;
      value += (digit % 32) * place;
      place *= 32;
    } while (digit >= 32);
    if (digit % 32 >= 16) value -= place;
    runs.push(runs.length >= 3 ? value + (runs[runs.length - 2] ?? 0) : value);
  }
  const inside = new Uint8Array(width * height);
  let pixel = 0;
  runs.forEach((run, i) => {
    for (let k = 0; k < run; k++, pixel++) inside[(pixel % height) * width + Math.floor(pixel / height)] = i % 2;
  });
  expect(pixel).toBe(width * height);
  return { width, height, inside };
}

/** Even-odd filling: a pixel is inside when a ray from its centre crosses the rings an odd number of times. */
function fillPolygons(rings: readonly (readonly number[])[], width: number, height: number): Mask {
  const inside = new Uint8Array(width * height);
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [xi = 0, yi = 0, xj = 0, yj = 0] = [ring[i], ring[i + 1], ring[j], ring[j + 1]];
      for (let y = 0; y < height; y++) {
        const [px, py] = [0.5, y + 0.5];
        if (yi > py === yj > py) continue;
        const crossing = ((xj - xi) * (py - yi)) / (yj - yi) + xi;
        for (let x = 0; x < width; x++) if (px + x < crossing) inside[y * width + x] = 1 - (inside[y * width + x] ?? 0);
      }
    }
  return { width, height, inside };
}

/** Areas of the 4-connected components of a value, and whether they touch the edge. */
function pieces({ width, height, inside }: Mask, value: number): { area: number; edge: boolean }[] {
  const seen = new Uint8Array(inside.length);
  const found: { area: number; edge: boolean }[] = [];
  for (let start = 0; start < inside.length; start++) {
    if (seen[start] || inside[start] !== value) continue;
    const stack = [start];
    const piece = { area: 0, edge: false };
    seen[start] = 1;
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const [x, y] = [i % width, Math.floor(i / width)];
      piece.area++;
      piece.edge ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        const [nx, ny] = [x + dx, y + dy];
        const next = ny * width + nx;
        if (nx < 0 || ny < 0 || nx >= width || ny >= height || seen[next] || inside[next] !== value) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    found.push(piece);
  }
  return found;
}

/** Turns the shown mask into discs around these places, whatever the model found. */
async function paint(workbench: Workbench, places: readonly { x: number; y: number }[]): Promise<void> {
  const { page } = workbench;
  const size = page.getByRole('slider', { name: 'Brush size' });
  await workbench.openMaskTools();
  await page.getByRole('radio', { name: 'Erase' }).check();
  await size.fill('400');
  await dab(workbench, BOTH);
  await page.getByRole('radio', { name: 'Add' }).check();
  await size.fill(String(2 * RADIUS));
  for (const place of places) await dab(workbench, place);
  await page.getByRole('radio', { name: 'Off' }).check();
}

async function dab(workbench: Workbench, at: { x: number; y: number }): Promise<void> {
  const point = await workbench.pixelInWindow(SMALL, at.x, at.y);
  await workbench.page.mouse.click(point.x, point.y);
}

/** Number of wrong pixels for discs around these places, except on a rim of two pixels, where the pointer's position is rounded. */
function wrongPixels({ width, inside }: Mask, places: readonly { x: number; y: number }[]): number {
  return inside.reduce((wrong, value, i) => {
    const distances = places.map(({ x, y }) => Math.hypot((i % width) - x, Math.floor(i / width) - y));
    const nearest = Math.min(...distances);
    return wrong + (value ? Number(nearest > RADIUS + 1) : Number(nearest < RADIUS - 1));
  }, 0);
}

function expectClose(found: readonly number[], wanted: readonly number[], what: string): void {
  expect(colourDistance(found, wanted), `${what}: ${found} against ${wanted}`).toBeLessThanOrEqual(6);
}

test('several prompts: a list, their colours on the stage, the comparison, and files', async ({ workbench, page }) => {
  const photoFile = await openWithTwo(workbench);
  const photo = await pixelsOf(photoFile);
  const at = ({ x, y }: { x: number; y: number }) => colourAt(photo, x, y);
  const drawnAt = ({ x, y }: { x: number; y: number }) => workbench.drawnAt(SMALL, x, y);
  await expect(page.locator('.mask-label')).toHaveText([A, B]);
  const found = await maskFile(workbench);
  expect(Number(await row(workbench, B).getAttribute('data-area'))).toBeCloseTo(count(found) / found.inside.length, 9);

  await paint(workbench, [ONLY_B, BOTH]);
  const b = await maskFile(workbench);
  expect(wrongPixels(b, [ONLY_B, BOTH])).toBe(0);
  const cutout = await workbench.download('Cut-out PNG');
  await show(workbench, A);
  await expect(page.getByTestId('finding')).toContainText(A);
  await paint(workbench, [ONLY_A, BOTH]);
  const a = await maskFile(workbench);
  expect(wrongPixels(a, [ONLY_A, BOTH])).toBe(0);

  await test.step('all masks are drawn, each in its colour', async () => {
    const [one, two] = [[...classPalette(1)], [...classPalette(2).subarray(3)]];
    expectClose(await drawnAt(ONLY_B), mix(at(ONLY_B), two, 0.45), 'only B');
    expectClose(await drawnAt(BOTH), mix(mix(at(BOTH), two, 0.45), one, 0.45), 'both, the shown one on top');
    expectClose(await drawnAt(NEITHER), at(NEITHER), 'neither');
    await page.getByRole('button', { name: `Hide ${B}` }).click();
    expectClose(await drawnAt(ONLY_B), at(ONLY_B), 'B hidden');
    expectClose(await drawnAt(BOTH), mix(at(BOTH), one, 0.45), 'A alone');
    await page.getByRole('button', { name: `Show ${B}` }).click();
  });

  await test.step('a row under the pointer makes its mask stronger; a click on the photo shows the mask there', async () => {
    const two = [...classPalette(2).subarray(3)];
    await row(workbench, B).hover();
    const point = await workbench.pixelInWindow(SMALL, ONLY_B.x, ONLY_B.y);
    const hovered = async () => colourAt(await pixelsOf(await page.screenshot()), point.x, point.y);
    await expect
      .poll(async () => colourDistance(await hovered(), mix(at(ONLY_B), two, 0.7)), 'stronger')
      .toBeLessThanOrEqual(6);

    await page.getByRole('radio', { name: 'Off' }).check();
    const pressed = page.locator('.mask-name[aria-pressed=true] .mask-label');
    for (const [place, shown] of [
      [ONLY_B, B],
      [NEITHER, B],
      [ONLY_A, A],
      [BOTH, A],
    ] as const) {
      const { x, y } = await workbench.pixelInWindow(SMALL, place.x, place.y);
      await page.mouse.click(x, y);
      await expect(pressed).toHaveText(shown);
      await expect(page.locator('.crosshair[data-held]')).toBeVisible();
    }
    await page.keyboard.press('Escape');
  });

  await test.step('comparison: intersection over union and where the masks differ', async () => {
    await page.getByRole('combobox', { name: 'With B' }).selectOption(B);
    const counts = [0, 0, 0, 0];
    a.inside.forEach((value, i) => {
      const both = value + 2 * (b.inside[i] ?? 0);
      counts[both] = (counts[both] ?? 0) + 1;
    });
    const [, onlyA = 0, onlyB = 0, both = 0] = counts;
    const iou = both / (onlyA + onlyB + both);
    const comparison = page.getByTestId('comparison');
    expect(Number(await comparison.getAttribute('data-iou'))).toBeCloseTo(iou, 9);
    await expect(comparison).toContainText(iou.toFixed(3));
    const shares = await comparison.locator('li').evaluateAll((list) => list.map((each) => each.dataset.share));
    [onlyA, onlyB, both].forEach((pixels, i) => {
      expect(Number(shares[i])).toBeCloseTo(pixels / a.inside.length, 9);
    });
    expectClose(await drawnAt(ONLY_A), mix(at(ONLY_A), [213, 94, 0], 0.6), 'only A');
    expectClose(await drawnAt(ONLY_B), mix(at(ONLY_B), [86, 180, 233], 0.6), 'only B');
    expectClose(await drawnAt(BOTH), mix(at(BOTH), [255, 255, 255], 0.6), 'both');
    expectClose(await drawnAt(NEITHER), at(NEITHER), 'neither');
    await page.getByRole('combobox', { name: 'With B' }).selectOption('');
  });

  await test.step('cut-out: the photo’s own pixels inside, nothing outside', async () => {
    expect(cutout.name).toBe('room-the-door-cutout.png');
    const { data, info } = await sharp(cutout.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([SMALL.width, SMALL.height, 4]);
    const wrong = Array.from(b.inside, (value, i) => {
      const from = i * photo.channels;
      const same = [0, 1, 2].every((channel) => data[4 * i + channel] === photo.data[from + channel]);
      return data[4 * i + 3] !== 255 * value || (value === 1 && !same);
    });
    expect(wrong.filter(Boolean)).toHaveLength(0);
  });

  await test.step('COCO, run lengths', async () => {
    const { name, bytes } = await workbench.download('COCO, RLE');
    expect(name).toBe('room-masks.coco.json');
    const coco = JSON.parse(new TextDecoder().decode(bytes));
    expect(coco.images).toEqual([{ id: 1, file_name: 'room.png', ...SMALL }]);
    expect(coco.categories.map((category: { name: string }) => category.name)).toEqual([A, B]);
    [a, b].forEach((mask, i) => {
      const annotation = coco.annotations[i];
      expect(different(decodeCoco(annotation.segmentation), mask)).toBe(0);
      expect(annotation.area).toBe(count(mask));
      expect(annotation.category_id).toBe(i + 1);
      const [x, y, width, height] = annotation.bbox;
      const places = [...mask.inside.keys()].filter((place) => mask.inside[place]);
      const columns = places.map((place) => place % SMALL.width);
      const lines = places.map((place) => Math.floor(place / SMALL.width));
      expect([x, y]).toEqual([Math.min(...columns), Math.min(...lines)]);
      expect([x + width - 1, y + height - 1]).toEqual([Math.max(...columns), Math.max(...lines)]);
    });
  });

  await test.step('COCO, polygons: filling them restores every pixel', async () => {
    const { bytes } = await workbench.download('COCO, polygons');
    const coco = JSON.parse(new TextDecoder().decode(bytes));
    [a, b].forEach((mask, i) => {
      const rings: number[][] = coco.annotations[i].segmentation;
      expect(rings).toHaveLength(2);
      expect(different(fillPolygons(rings, SMALL.width, SMALL.height), mask)).toBe(0);
      const fills = rings.map((ring) => decodeRle(rasterizePolygon(ring, SMALL.width, SMALL.height)));
      const theirs = { ...mask, inside: mask.inside.map((_, i) => Math.max(...fills.map((fill) => fill[i] ?? 0))) };
      expect(different(theirs, mask), 'filled by the rule of pycocotools').toBeLessThanOrEqual(
        SNAPPED * mask.inside.length,
      );
    });
  });

  await test.step('masks are renamed, deleted and restored', async () => {
    await row(workbench, A).locator('.mask-name').press('F2');
    await page.getByRole('textbox', { name: `Name of the mask ${A}` }).fill('crate');
    await page.keyboard.press('Enter');
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);
    await row(workbench, 'crate').locator('.mask-name').press('Delete');
    await expect(page.locator('.mask-label')).toHaveText([B]);
    await expect(row(workbench, B).locator('.mask-name')).toBeFocused();
    const deleted = page.getByTestId('deleted');
    await expect(deleted).toContainText('Deleted crate');
    await deleted.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);
    await expect(deleted).toHaveCount(0);
    await expect(row(workbench, 'crate').locator('.mask-name'), 'the restored mask').toBeFocused();
    await row(workbench, 'crate').locator('.mask-name').press('Delete');
    await deleted.getByRole('button', { name: 'Dismiss' }).click();
    await expect(deleted).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);
    await expect(page.getByTestId('finding')).toContainText(A);
    expect(different(await maskFile(workbench), a)).toBe(0);
    await page.keyboard.press('Control+z');
    await expect(page.locator('.mask-label')).toHaveText([A, B]);
    await page.keyboard.press('Control+Shift+Z');
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);

    await row(workbench, B).locator('.mask-name').press('F2');
    await expect(page.getByRole('textbox', { name: `Name of the mask ${B}` })).toBeFocused();
    const box = page.getByRole('textbox', { name: 'What to look for' });
    await box.click();
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await expect(box, 'the focus stays where the user moved it').toBeFocused();
  });

  await test.step('masks are kept per photo, and files have the size of a photo that is larger than its results', async () => {
    const wide = await sharp(photoFile).resize(1600, 40, { fit: 'fill' }).png().toBuffer();
    await workbench.dropRoom({ name: 'wide.png', bytes: wide });
    await expect(page.locator('.mask-label')).toHaveText([A], { timeout: RUN_TIMEOUT });
    await workbench.ready();
    const mask = await maskFile(workbench);
    expect([mask.width, mask.height]).toEqual([1600, 40]);
    const { data } = await sharp((await workbench.download('Cut-out PNG')).bytes)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const cut = { ...mask, inside: Uint8Array.from(mask.inside, (_, i) => (data[4 * i + 3] ?? 0) / 255) };
    expect(different(cut, mask)).toBe(0);
    // The list's share is that of the computed pixels, 1536 across.
    const area = Number(await row(workbench, A).getAttribute('data-area'));
    expect(Math.abs(area - count(mask) / mask.inside.length)).toBeLessThan(0.02);
    await workbench.openTab('Depth');
    await workbench.ready();
    await expect(page.getByText('1600 × 40 px, as the photo; PLY and GLB from 1536 × 38 px')).toBeVisible();
    expect((await workbench.downloadNpy('.npy, metres')).shape).toEqual([40, 1600]);
    await workbench.openTab('Classes');
    await workbench.ready();
    const classes = await workbench.download('PNG, class colours');
    expect(await decodePngSamples(classes.bytes, classes.name)).toMatchObject({ width: 1600, height: 40, channels: 1 });
    await workbench.openTab('Find');
    await page.getByRole('button', { name: 'Show room.png' }).click();
    await expect(page.locator('.mask-label')).toHaveText(['crate', B]);
  });

  await test.step('axe finds nothing on the tools, and they fit a phone', async () => {
    await page.getByRole('radio', { name: 'Add' }).check();
    await page.getByRole('combobox', { name: 'With B' }).selectOption(B);
    await expect(page.getByTestId('comparison')).toBeVisible();
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [1280, 'dark'],
      [360, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), `${colorScheme}, ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await shot(page, `${colorScheme}, ${width}`);
    }
  });
});

test('specks, holes and brush, with undo', async ({ workbench, page }) => {
  await openWithTwo(workbench);
  const other = await row(workbench, A).getAttribute('data-area');
  const before = await maskFile(workbench);

  await test.step('specks below the limit are removed, larger components stay; one undo reverts a slider’s moves', async () => {
    await workbench.openMaskTools();
    const slider = page.getByRole('slider', { name: 'Remove specks below' });
    await slider.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowRight');
    const limit = Math.round(8 * 0.0005 * SMALL.width * SMALL.height);
    await expect(page.getByText(`0.4 %, ${limit} px`)).toBeVisible();
    const without = pieces(await maskFile(workbench), 1).map(({ area }) => area);
    const large = pieces(before, 1)
      .map(({ area }) => area)
      .filter((area) => area >= limit);
    expect(without).toEqual(large);
    await page.keyboard.press('Control+z');
    await expect(slider).toHaveValue('0');
    expect(different(await maskFile(workbench), before)).toBe(0);
  });

  await test.step('holes below the limit are filled, larger ones stay', async () => {
    const slider = page.getByRole('slider', { name: 'Fill holes below' });
    await slider.press('End');
    const limit = 0.02 * SMALL.width * SMALL.height;
    const holes = (mask: Mask) => pieces(mask, 0).filter(({ edge }) => !edge);
    const filled = await maskFile(workbench);
    expect(holes(filled)).toHaveLength(holes(before).filter(({ area }) => area >= limit).length);
    const area = holes(before).reduce((sum, hole) => sum + (hole.area < limit ? hole.area : 0), 0);
    expect(count(filled) - count(before)).toBe(area);
  });

  await paint(workbench, [ONLY_A]);
  const painted = await maskFile(workbench);
  expect(wrongPixels(painted, [ONLY_A])).toBe(0);
  expect(await row(workbench, A).getAttribute('data-area')).toBe(other);

  await page.getByRole('radio', { name: 'Add' }).check();
  const from = await workbench.pixelInWindow(SMALL, 40, 60);
  const to = await workbench.pixelInWindow(SMALL, 120, 60);
  const drag = async () => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
  };
  await drag();
  const line = await maskFile(workbench);
  const alongLine = Array.from({ length: 81 }, (_, i) => ({ x: 40 + i, y: 60 }));
  expect(wrongPixels(line, alongLine)).toBe(0);

  await test.step('keys change the size, Alt erases', async () => {
    const size = page.getByRole('slider', { name: 'Brush size' });
    await page.keyboard.press('[');
    await page.keyboard.press('[');
    await expect(size).toHaveValue('15');
    await page.keyboard.press(']');
    await expect(size).toHaveValue('19');
    await page.keyboard.press('[');
    await page.keyboard.down('Alt');
    await drag();
    await page.keyboard.up('Alt');
    const erased = await maskFile(workbench);
    expect([60, 70].map((y) => erased.inside[y * SMALL.width + 80])).toEqual([0, 1]);
  });

  await test.step('each stroke is one undo step', async () => {
    await page.keyboard.press('Control+z');
    expect(different(await maskFile(workbench), line)).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(different(await maskFile(workbench), painted)).toBe(0);
    await page.keyboard.press('Control+Shift+Z');
    expect(different(await maskFile(workbench), line)).toBe(0);
  });

  await test.step('zoomed: a stroke paints, two quick dabs do not reset the view, Space moves it, with and without comparison', async () => {
    const place = () => workbench.stage.getAttribute('data-rect');
    const fitted = await place();
    await workbench.stage.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('+');
    const zoomed = await place();
    expect(zoomed).not.toBe(fitted);
    const spot = await workbench.pixelInWindow(SMALL, 80, 75);
    await page.mouse.dblclick(spot.x, spot.y);
    await page.mouse.down();
    await page.mouse.move(spot.x + 60, spot.y, { steps: 4 });
    await page.mouse.up();
    expect(await place()).toBe(zoomed);
    expect((await maskFile(workbench)).inside[75 * SMALL.width + 80]).toBe(1);
    const strokes = await maskFile(workbench);
    // The focus is on the brush control, where a click leaves it.
    await page.getByRole('radio', { name: 'Add' }).focus();
    await page.mouse.move(spot.x, spot.y);
    await page.keyboard.down('Space');
    await expect(workbench.stage).toHaveAttribute('data-hand');
    await page.mouse.down();
    await page.mouse.move(spot.x + 60, spot.y, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up('Space');
    expect(await place()).not.toBe(zoomed);
    expect(different(await maskFile(workbench), strokes)).toBe(0);
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
    expect(different(await maskFile(workbench), line)).toBe(0);
    await page.keyboard.press('0');
    expect(await place()).toBe(fitted);
  });

  await test.step('no mask is drawn left of the compare handle', async () => {
    const colour = async () => (await workbench.drawnAt(SMALL, 100, 60)).join();
    await page.mouse.move(0, 0);
    const covered = await colour();
    await page.keyboard.press('3');
    await expect.poll(colour).not.toBe(covered);
    const bare = await colour();
    await page.keyboard.press('1');
    await expect.poll(colour).toBe(covered);
    await page.getByRole('button', { name: `Hide ${A}` }).click();
    await page.getByRole('button', { name: `Hide ${B}` }).click();
    await expect.poll(colour).toBe(bare);
    await page.getByRole('button', { name: `Show ${A}` }).click();
    await page.getByRole('button', { name: `Show ${B}` }).click();
  });

  await test.step('with the keyboard only', async () => {
    await workbench.stage.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(line.inside[20 * SMALL.width + 80]).toBe(0);
    expect((await maskFile(workbench)).inside[20 * SMALL.width + 80]).toBe(1);
  });

  await test.step('typing does not paint', async () => {
    const size = await page.getByRole('slider', { name: 'Brush size' }).inputValue();
    await page.getByRole('textbox', { name: 'What to look for' }).fill('a [b]');
    await page.keyboard.press('Control+z');
    await page.keyboard.press(']');
    await expect(page.getByRole('slider', { name: 'Brush size' })).toHaveValue(size);
    await expect(page.getByRole('button', { name: 'Redo' })).toBeDisabled();
  });
});

test('the input counts tokens, says what is cut, and remembers prompts', async ({ workbench, page }) => {
  await openWithTwo(workbench);
  await test.step('prompt, answer, words and masks are in view together', async () => {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 1440, height: 900 });
    const words = page.getByRole('list', { name: 'Words of the prompt' });
    const places = [
      page.getByRole('textbox', { name: 'What to look for' }),
      page.getByTestId('finding'),
      words.getByRole('button').last(),
      row(workbench, A),
      row(workbench, B),
    ];
    for (const place of places) await expect(place).toBeInViewport({ ratio: 1 });
    if (size) await page.setViewportSize(size);
  });
  await expect(page.getByText('4 of 32 tokens')).toBeVisible();
  const words = Array.from({ length: 16 }, () => 'red box');
  await page.getByRole('textbox', { name: 'What to look for' }).fill(`${words.join(' ')} near the door`);
  await expect(page.getByText('32 of 32 tokens')).toBeVisible();
  await expect(page.getByTestId('cut')).toHaveText(/it will not see: red box near the door\./);

  const recent = page.getByRole('list', { name: 'Recent' });
  await page.getByRole('button', { name: `Delete ${A}` }).click();
  await expect(recent.getByRole('button')).toHaveText([A]);
  // The page is left at once, before anything can be written to the disk.
  await page.goto('about:blank');
  await workbench.open('sample=none&task=refer');
  await expect(page.locator('.mask-label'), 'the deleted mask stays deleted').toHaveText([B], PATIENCE);
  await expect(recent.getByRole('button')).toHaveText([A]);
  await workbench.dropRoom({ name: 'another.png', bytes: await smallRoom() });
  await expect(recent.getByRole('button')).toHaveText([B, A]);
  await recent.getByRole('button', { name: A }).click();
  await expect(page.getByTestId('finding')).toContainText(A, { timeout: RUN_TIMEOUT });
  await page.getByRole('button', { name: 'Forget them' }).click();
  await expect(recent).toHaveCount(0);

  await row(workbench, A).locator('.mask-name').press('Delete');
  await expect(page.locator('.mask-label')).toHaveCount(0);
  await expect(page.getByTestId('deleted').getByRole('button', { name: 'Undo' }), 'the last mask').toBeFocused();
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true });

  test('with the brush, one finger paints; two zoom and leave the mask unchanged', async ({ workbench, page }) => {
    await workbench.open('sample=none&task=refer');
    await workbench.dropRoom({ bytes: await smallRoom() });
    await workbench.findMask(A);
    await paint(workbench, [BOTH]);
    const before = await maskFile(workbench);
    await page.getByRole('radio', { name: 'Add' }).check();

    const { send, pinch } = await workbench.touch();
    const fitted = await workbench.shownWidth();
    const { x, y } = await workbench.pixelInWindow(SMALL, 80, 20);
    const [middle, end, other] = [
      await workbench.pixelInWindow(SMALL, 130, 20),
      await workbench.pixelInWindow(SMALL, 145, 20),
      await workbench.pixelInWindow(SMALL, 40, 100),
    ];

    await send('touchStart', [{ x, y }]);
    for (let by = 5; by <= 40; by += 5) await send('touchMove', [{ x: x + by, y }]);
    await send('touchMove', [middle]);
    await page.waitForTimeout(400);
    // A second touch during a long stroke neither reverts it nor moves the photo.
    await send('touchStart', [middle, other]);
    await send('touchMove', [end, { x: other.x + 40, y: other.y }]);
    await send('touchEnd', []);
    const line = await maskFile(workbench);
    for (const column of [80, 130, 145]) expect(line.inside[20 * SMALL.width + column]).toBe(1);
    expect(line.inside[100 * SMALL.width + 40], 'the second finger paints nothing').toBe(0);
    expect(await workbench.shownWidth(), 'one finger does not move the photo').toBe(fitted);

    await send('touchStart', [{ x: x - 20, y }]);
    for (let by = 10; by <= 40; by += 10) await send('touchMove', [{ x: x - 20, y: y + by }]);
    await pinch({ x, y: y + 40 });
    await expect.poll(async () => (await workbench.shownWidth()) / fitted).toBeCloseTo(3, 1);
    expect(different(await maskFile(workbench), line)).toBe(0);

    await page.getByRole('button', { name: 'Undo' }).click();
    expect(different(await maskFile(workbench), before), 'the pinch is not an undo step').toBe(0);
  });
});
