/** The classes of a photo: legend and stage, files, and the ablation of a class. */
import { readFile } from 'node:fs/promises';
import { decodePngSamples } from '../src/image/formats/png.ts';
import { classPalette } from '../src/image/palette.ts';
import { violations } from './axe.ts';
import { SMALL, smallRoom } from './photos.ts';
import {
  type Colour,
  colourAt,
  colourDistance,
  expect,
  mix,
  type Pixels,
  pixelsOf,
  RUN_TIMEOUT,
  shot,
  test,
} from './test.ts';

/** Share of the photo that the ablation must change: ten pixels. */
const ENOUGH = 0.0005;
/** Most colour difference that enlarging causes at the photo's edges, except the strongest. */
const UNPAINTED = 40;
/** Least opacity of the ablation's changes. */
const CHANGE_OPACITY = 0.85;
const CLASS_OPACITY = 0.65;
/** Opacity of the class under the pointer. */
const POINTED_OPACITY = 0.75 * CLASS_OPACITY;

const colourOf = (index: number): Colour => {
  const [r = 0, g = 0, b = 0] = classPalette(index + 1).subarray(3 * index);
  return [r, g, b];
};
const near = (a: readonly number[], b: readonly number[], by = 12) => colourDistance(a, b) <= by;

test('legend, stage and files agree, and a class can be left out', async ({ workbench }) => {
  const { page } = workbench;
  const bytes = await smallRoom();
  const photo = await pixelsOf(bytes);
  const names: readonly string[] = JSON.parse(await readFile('models/tiny/config.json', 'utf8')).tasks.segment.classes;
  await workbench.open('sample=none&task=segment');
  await workbench.dropRoom({ bytes });
  await expect(page.locator('.class-row').first()).toBeVisible({ timeout: RUN_TIMEOUT });
  await workbench.ready();

  const png = await workbench.download('PNG, class colours');
  const indices = await decodePngSamples(png.bytes, png.name);
  const labels = Uint8Array.from(indices.data);
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const byArea = [...counts].sort((a, b) => b[1] - a[1]);
  /** The pixel of a class that is farthest from other classes, so that no edge is near. */
  const inside = (index: number, of: ArrayLike<number> = labels) => innermost(of, index);

  await test.step('PNG of indices, and the file of names', async () => {
    expect(png.name).toBe('room-classes.png');
    expect(indices).toMatchObject({ ...SMALL, channels: 1, depth: 8 });
    const seen = await pixelsOf(png.bytes);
    const middle = { x: SMALL.width / 2, y: SMALL.height / 2 };
    const label = labels[middle.y * SMALL.width + middle.x] ?? 0;
    expect(colourAt(seen, middle.x, middle.y), 'a viewer shows the class in its colour').toEqual(colourOf(label));
    const npy = await workbench.downloadNpy('.npy, class index');
    expect(Buffer.compare(Buffer.from(labels), Buffer.from(Array.from(npy.data, Number)))).toBe(0);
    const json = await workbench.download('JSON, names and areas');
    expect(json.name).toBe('room-classes.json');
    const listed = JSON.parse(new TextDecoder().decode(json.bytes));
    expect(listed.names).toEqual(names);
    expect(listed.classes.map((each: { index: number }) => each.index)).toHaveLength(counts.size);
    for (const { index, name, area } of listed.classes) {
      expect(name).toBe(names[index]);
      expect(area).toBeCloseTo((counts.get(index) ?? 0) / labels.length, 9);
    }
  });

  const row = (index: number) => page.locator('.class-row').filter({ hasText: names[index] ?? '?' });
  const drawn = async (at: { x: number; y: number }, shot?: Pixels) => {
    const point = await workbench.pixelInWindow(SMALL, at.x, at.y);
    return colourAt(shot ?? (await workbench.screenshot()), point.x, point.y);
  };
  const [[first = 0] = [], [second = 0] = []] = byArea;
  const [one, two] = [inside(first), inside(second)];
  const original = (at: { x: number; y: number }) => colourAt(photo, at.x, at.y);

  await test.step('the legend is sorted by area', async () => {
    const shown = await page.locator('.class-row .class-name > span:nth-child(2)').allTextContents();
    const areas = shown.map((name) => counts.get(names.indexOf(name)) ?? 0);
    expect(areas).toEqual([...areas].sort((a, b) => b - a));
    expect(shown).toHaveLength(counts.size);
  });

  await test.step('legend → stage and stage → legend', async () => {
    const before = await workbench.screenshot();
    expect(near(await drawn(one, before), mix(original(one), colourOf(first), CLASS_OPACITY))).toBe(true);
    await row(second).hover();
    const during = await pixelsOf(await page.screenshot());
    const pointed = mix(original(two), colourOf(second), POINTED_OPACITY);
    expect(near(await drawn(two, during), pointed), 'the class under the pointer shows more of the photo').toBe(true);
    expect(near(await drawn(one, during), await drawn(one, before), 4), 'the other classes are drawn weaker').toBe(
      false,
    );
    for (const [index, at] of [
      [first, one],
      [second, two],
    ] as const) {
      const point = await workbench.pixelInWindow(SMALL, at.x, at.y);
      await page.mouse.move(point.x, point.y);
      await expect(page.locator('.class-row[data-pointed]')).toHaveCount(1);
      await expect(page.locator('.class-row[data-pointed] .class-name')).toContainText(names[index] ?? '?');
    }
  });

  await test.step('a click on the photo scrolls the list to the class, and holds it there', async () => {
    const size = page.viewportSize() ?? { width: 0, height: 0 };
    // So low that the list is not visible as a whole.
    await page.setViewportSize({ ...size, height: 420 });
    const panel = page.locator('.panel');
    await panel.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await expect(row(first)).not.toBeInViewport();
    const point = await workbench.pixelInWindow(SMALL, one.x, one.y);
    await page.mouse.click(point.x, point.y);
    await expect(row(first)).toBeInViewport({ ratio: 1 });
    await page.mouse.move(1, 1);
    await expect(page.locator('.class-row[data-pointed] .class-name')).toContainText(names[first] ?? '?');
    await page.keyboard.press('Escape');
    await page.setViewportSize(size);
  });

  await test.step('a hidden class leaves the photo unchanged', async () => {
    const hide = page.getByRole('button', { name: `Hide ${names[first]}`, exact: true });
    await hide.click();
    expect(near(await drawn(one), original(one))).toBe(true);
    expect(near(await drawn(two), mix(original(two), colourOf(second), CLASS_OPACITY))).toBe(true);
    await page.getByRole('button', { name: `Show ${names[first]}`, exact: true }).click();
    await row(second).locator('.class-name').click();
    await page.getByRole('button', { name: `Show only “${names[second]}”` }).click();
    await expect(page.locator('.class-row[data-hidden]')).toHaveCount(counts.size - 1);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(page.locator('.class-row[data-hidden]')).toHaveCount(0);
    await row(second).locator('.class-name').click();
  });

  await test.step('ablation: the new class where the class changed, the photo elsewhere', async () => {
    let changed = 0;
    const outcome = page.getByTestId('class-ablation');
    for (const [index] of byArea) {
      await row(index).locator('.class-name').click();
      await page.getByRole('button', { name: `Leave out “${names[index]}”` }).click();
      await expect(outcome).toBeVisible({ timeout: RUN_TIMEOUT });
      changed = Number(await outcome.getAttribute('data-changed'));
      if (changed > ENOUGH) break;
    }
    expect(changed, 'the ablation of some class changes enough').toBeGreaterThan(ENOUGH);
    await expect(page.getByText('The UNet’s features were still computed with the class')).toBeVisible();
    const moves = await outcome
      .locator('li')
      .evaluateAll((list) =>
        list.map(({ dataset }) => ({ from: Number(dataset.from), to: Number(dataset.to), area: Number(dataset.area) })),
      );
    expect(moves.reduce((sum, { area }) => sum + area, 0)).toBeLessThanOrEqual(changed + 1e-9);
    const shot = await workbench.screenshot();
    const place = await workbench.placeOf(SMALL);
    let painted = 0;
    let other = 0;
    for (let y = 0; y < SMALL.height; y++)
      for (let x = 0; x < SMALL.width; x++) {
        const at = place(x, y);
        const colour = colourAt(shot, at.x, at.y);
        if (near(colour, original({ x, y }), UNPAINTED)) continue;
        const from = labels[y * SMALL.width + x];
        const isMove = moves.some(
          (move) => move.from === from && near(colour, mix(original({ x, y }), colourOf(move.to), CHANGE_OPACITY), 24),
        );
        if (isMove) painted++;
        else other++;
      }
    // The listed changes whose colour differs from the photo's.
    expect(painted / labels.length).toBeGreaterThan(0.3 * changed);
    expect(painted / labels.length).toBeLessThan(1.1 * changed + 1e-3);
    // Otherwise only changes too small for the list are painted, and edges that the zoom blurs.
    expect(other / labels.length).toBeLessThan(0.7 * changed + 0.02);
    await page.getByRole('button', { name: /^Leave out “/ }).click();
    await expect(page.getByTestId('class-ablation')).toHaveCount(0);
  });

  await test.step('the card states the model’s classes, its scores and the data for them', async () => {
    const { provenance } = JSON.parse(await readFile('models/tiny/config.json', 'utf8'));
    await page.getByTestId('device').click();
    const card = page.getByRole('region', { name: 'What the model sees' });
    await expect(card).toContainText(`It sees ${provenance.sees}`);
    await expect(card).toContainText(`It does not see ${provenance.misses}`);
    const { scenes, nyu } = provenance.heldOut;
    for (const { depth, refer, segment } of [scenes, nyu])
      for (const figure of [depth.rmse, refer.oIoU, segment.mIoU])
        await expect(card.locator('tbody')).toContainText(figure.toFixed(2));
    await card.getByText('Trained on', { exact: true }).click();
    for (const source of provenance.data) await expect(card).toContainText(source);
    await shot(page, 'card');
  });

  expect(await violations(page)).toEqual([]);
});

test('a download whose code cannot be loaded gives a notice', async ({ workbench, page }) => {
  await workbench.openSample();
  // Only requests for that code: the engine's files may still be loading.
  const refused = async (button: string, file: string, reason = 'network') => {
    const code = `**/assets/${file}-*.js*`;
    await page.route(code, (route) => route.abort('internetdisconnected'));
    await page.getByRole('button', { name: button }).click();
    await expect(workbench.notices).toHaveAttribute('data-code', reason);
    await page.unroute(code);
    await workbench.notices.getByRole('button', { name: 'Dismiss' }).click();
    await expect(workbench.notices).toHaveCount(0);
  };
  await workbench.openTab('Find');
  await page.getByRole('button', { name: 'the red chair', exact: true }).click();
  await expect(page.getByTestId('finding')).toContainText('the red chair');
  await refused('Maps .npy', 'npy');
  await page.locator('.token', { hasText: 'red' }).click();
  await refused('This map PNG', 'heat-png');
  await workbench.openTab('Classes');
  await expect(page.locator('.class-row').first()).toBeVisible({ timeout: RUN_TIMEOUT });
  // The code of a worker, whose failure to load looks like a crash.
  await refused('PNG, class colours', 'segment', 'worker-crashed');
});

/** The centre of the largest square of pixels with this label. */
function innermost(labels: ArrayLike<number>, index: number): { x: number; y: number } {
  const { width, height } = SMALL;
  const size = new Uint16Array(width * height);
  let best = { x: 0, y: 0, size: 0 };
  for (let y = 1; y < height; y++)
    for (let x = 1; x < width; x++) {
      const i = y * width + x;
      if (labels[i] !== index) continue;
      const square = 1 + Math.min(size[i - 1] ?? 0, size[i - width] ?? 0, size[i - width - 1] ?? 0);
      size[i] = square;
      if (square > best.size) best = { x: Math.round(x - square / 2), y: Math.round(y - square / 2), size: square };
    }
  return best;
}
