/** Layers are blended as in image editors, and stay visible after the task changes. */
import type { Page } from '@playwright/test';
import { ROOM } from './photos.ts';
import { type Colour, colourAt, colourDistance, expect, test, type Workbench } from './test.ts';

/** Points of the room with different colours: wall, floor, window, box. */
const POINTS = [
  [160, 30],
  [100, 215],
  [115, 80],
  [176, 195],
] as const;

async function coloursAt(workbench: Workbench): Promise<readonly Colour[]> {
  const picture = await workbench.screenshot();
  const place = await workbench.placeOf(ROOM);
  return POINTS.map(([x, y]) => place(x, y)).map(({ x, y }) => colourAt(picture, x, y));
}

/** The page's blend modes and their names in a 2D canvas. */
const MODES = [
  ['normal', 'source-over'],
  ['multiply', 'multiply'],
  ['screen', 'screen'],
  ['overlay', 'overlay'],
  ['color', 'color'],
  ['luminosity', 'luminosity'],
] as const;

/** Blends one colour over another with the browser's 2D canvas. */
function blended(
  page: Page,
  under: Colour,
  over: Colour,
  mode: GlobalCompositeOperation,
  opacity: number,
): Promise<Colour> {
  return page.evaluate(
    ([below, above, how, alpha]) => {
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      if (!context) throw new Error('no canvas');
      context.fillStyle = `rgb(${below.join()})`;
      context.fillRect(0, 0, 1, 1);
      context.globalAlpha = alpha;
      context.globalCompositeOperation = how;
      context.fillStyle = `rgb(${above.join()})`;
      context.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
      return [red, green, blue] as const;
    },
    [under, over, mode, opacity] as const,
  );
}

test('opacity and every blend mode give the same colours as the browser’s canvas', async ({ workbench, page }) => {
  await workbench.openRoom();
  const depth = await coloursAt(workbench);
  await page.getByRole('button', { name: 'Show depth' }).click();
  const photo = await coloursAt(workbench);
  await page.getByRole('button', { name: 'Show depth' }).click();
  expect(await coloursAt(workbench)).toEqual(depth);
  // At a single point the depth's colour may be close to the photo's, but not at most points.
  expect(photo.filter((colour, i) => colourDistance(colour, depth[i] ?? colour) > 20).length).toBeGreaterThan(1);

  const mode = page.getByRole('combobox', { name: 'Depth blend mode' });
  await page.getByRole('slider', { name: 'Depth opacity' }).fill('0.7');
  for (const [name, operation] of MODES) {
    await mode.selectOption(name);
    const shown = await coloursAt(workbench);
    for (const [i, colour] of shown.entries()) {
      const expected = await blended(page, photo[i] ?? [0, 0, 0], depth[i] ?? [0, 0, 0], operation, 0.7);
      expect(colourDistance(colour, expected), `${name}: ${colour}, not ${expected}`).toBeLessThanOrEqual(4);
    }
  }

  await mode.selectOption('normal');
  await page.getByRole('slider', { name: 'Depth opacity' }).fill('0');
  await page.getByRole('slider', { name: 'Photo opacity' }).fill('0.5');
  for (const [i, colour] of (await coloursAt(workbench)).entries()) {
    const faint = (photo[i] ?? [0, 0, 0]).map((channel) => Math.round(0.5 * channel + 0.05 * 255));
    expect(colourDistance(colour, faint)).toBeLessThanOrEqual(3);
  }
});

test('a layer that is shown with another task stays, and is computed for the next photo too', async ({
  workbench,
  page,
}) => {
  await workbench.openRoom('sample=none&task=segment');
  const classes = await coloursAt(workbench);
  await expect(workbench.readout.getByText('Depth')).toBeHidden();

  const show = page.getByRole('button', { name: 'Show depth' });
  await expect(show).toHaveAttribute('aria-pressed', 'false');
  await expect(show).toHaveAccessibleDescription('not computed for this photo yet');
  await show.click();
  await workbench.ready();
  await expect(show).toHaveAttribute('aria-pressed', 'true');
  const both = await coloursAt(workbench);
  expect(both).not.toEqual(classes);
  // Depth lies below the classes, so opaque classes hide it.
  await page.getByRole('slider', { name: 'Classes opacity' }).fill('1');
  const opaque = await coloursAt(workbench);
  await show.click();
  expect(await coloursAt(workbench)).toEqual(opaque);
  await show.click();
  await page.getByRole('slider', { name: 'Classes opacity' }).fill('0.3');
  await page.getByRole('combobox', { name: 'Classes blend mode' }).selectOption('color');

  await workbench.openTab('Find');
  await expect(show).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('button', { name: 'Show classes' })).toHaveAttribute('aria-pressed', 'false');
  await workbench.openTab('Classes');
  await expect(page.getByRole('slider', { name: 'Classes opacity' })).toHaveValue('0.3');
  await expect(page.getByRole('combobox', { name: 'Classes blend mode' })).toHaveValue('color');

  await workbench.dropRoom({ name: 'again.png' });
  await expect(workbench.status).toContainText('again.png');
  await workbench.ready();
  await expect(show).not.toHaveAccessibleDescription('not computed for this photo yet');
  const at = await workbench.pixelInWindow(ROOM, 160, 30);
  await page.mouse.move(at.x, at.y);
  await expect(workbench.readout).toHaveAttribute('data-metres', /\d/);
});
