/** Zoom, pan, compare and layers of the stage: drawing and read-out agree with the photo's pixels. */
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { ROOM, roomPhoto, SAMPLE } from './photos.ts';
import { colourAt, colourDistance, expect, PATIENCE, pixelsOf, test, type Workbench } from './test.ts';

async function centre(workbench: Workbench): Promise<{ x: number; y: number }> {
  const box = await workbench.stage.boundingBox();
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
}

/** Points at a pixel of the room and returns the read-out's text. */
async function read(workbench: Workbench, x: number, y: number): Promise<string | null> {
  const at = await workbench.pixelInWindow(ROOM, x, y);
  await workbench.page.mouse.move(at.x, at.y);
  await expect(workbench.readout).toHaveAttribute('data-x', String(x));
  await expect(workbench.readout).toHaveAttribute('data-y', String(y));
  return workbench.readout.getAttribute('data-metres');
}

/** Counts uploads of textures, which zooming and sliders must not cause. */
async function countUploads(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const original = WebGL2RenderingContext.prototype.texImage2D;
    const counter = { uploads: 0 };
    Object.assign(window, { counter });
    Object.assign(WebGL2RenderingContext.prototype, {
      texImage2D(this: WebGL2RenderingContext, ...args: unknown[]) {
        counter.uploads++;
        return Reflect.apply(original, this, args);
      },
    });
  });
  return async () => Number(await page.evaluate('window.counter.uploads'));
}

test('zooming changes neither a pixel’s values nor its place in the photo, and uploads nothing again', async ({
  workbench,
  page,
}) => {
  const uploads = await countUploads(page);
  await workbench.openRoom();

  await test.step('the read-out is the same', async () => {
    const spots = [
      [40, 200],
      [161, 121],
      [300, 30],
    ] as const;
    const plain: (string | null)[] = [];
    for (const [x, y] of spots) plain.push(await read(workbench, x, y));
    expect(new Set(plain).size, 'places that differ').toBe(spots.length);
    const fitted = await workbench.shownWidth();
    const before = await uploads();
    expect(before).toBeGreaterThan(0);

    for (const [i, [x, y]] of spots.entries()) {
      const at = await workbench.pixelInWindow(ROOM, x, y);
      await page.mouse.move(at.x, at.y);
      for (let notch = 0; notch < 8; notch++) {
        await page.mouse.wheel(0, -100);
        await expect
          .poll(() => workbench.shownWidth(), { intervals: [20] })
          .toBeGreaterThan(fitted * 1.2 ** (notch + 1) * 0.999);
      }
      await expect(workbench.readout, 'towards the pointer').toHaveAttribute('data-x', String(x));
      await expect(workbench.readout).toHaveAttribute('data-y', String(y));
      expect(await workbench.readout.getAttribute('data-metres')).toBe(plain[i]);
      expect(await read(workbench, x, y)).toBe(plain[i]);

      // The next pixel has its own values, and its drawn colour is that of its depth.
      const near = await read(workbench, x + 2, y - 1);
      await page.mouse.dblclick(at.x, at.y);
      await expect.poll(() => workbench.shownWidth()).toBe(fitted);
      expect(await read(workbench, x + 2, y - 1)).toBe(near);
    }
    expect(await uploads()).toBe(before);
  });

  await test.step('the zoomed stage draws the visible part of the photo', async () => {
    await page.keyboard.press('3');
    const room = await pixelsOf(await roomPhoto());
    const target = await workbench.pixelInWindow(ROOM, 100, 62);
    await page.mouse.move(target.x, target.y);
    // The greatest zoom is 32 CSS pixels per pixel.
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, -400);
    await expect(page.getByTestId('scale')).toHaveText('3200 %');
    const spots = [
      // Wall, frame and glass of the window, with edges at rows 58 and 62.
      [98, 59],
      [100, 61],
      [100, 62],
      [103, 63],
      [95, 58],
      [106, 65],
    ] as const;
    const place = await workbench.placeOf(ROOM);
    const shown = await workbench.screenshot();
    for (const [x, y] of spots) {
      const point = place(x, y);
      // At this zoom each pixel is a square of one colour, up to its corners.
      for (const [dx, dy] of [
        [0, 0],
        [-14, 14],
        [14, -14],
      ] as const)
        expect(colourAt(shown, point.x + dx, point.y + dy), `${x}, ${y}`).toEqual(colourAt(room, x, y));
    }
  });
});

test('a photo larger than its bitmap is shown at 100 % in its own pixels', async ({ workbench, page }) => {
  const size = { width: 4096, height: 2048 };
  // Red alternates from pixel to pixel, and is half in a bitmap of 2048 × 1024; green and blue say in which quarter of the photo a pixel is.
  const colour = (x: number, y: number) => [255 * ((x + y) % 2), y < 1024 ? 0 : 255, x < 2048 ? 0 : 255] as const;
  const pixels = new Uint8Array(3 * size.width * size.height);
  for (let i = 0; i < pixels.length / 3; i++) pixels.set(colour(i % size.width, Math.floor(i / size.width)), 3 * i);
  const file = sharp(pixels, { raw: { ...size, channels: 3 } }).png();
  await workbench.open();
  await workbench.dropRoom({ name: 'board.png', bytes: await file.toBuffer() });
  await workbench.ready();
  await page.keyboard.press('3');
  for (const [x, y] of [
    [1000, 500],
    [1001, 500],
  ] as const)
    expect(colourDistance(await workbench.drawnAt(size, x, y), [128, 0, 0]), 'half').toBeLessThan(30);

  await page.keyboard.press('9');
  await expect(page.getByTestId('scale')).toHaveText('100 %');
  const around = [2045, 2046, 2047, 2048, 2049, 2050].flatMap((x) =>
    [1022, 1023, 1024, 1025].map((y) => [x, y] as const),
  );
  const drawn = async () => {
    const { left, top } = await workbench.rect();
    const [shown, stage] = [await workbench.screenshot(), await workbench.stage.boundingBox()];
    return around.map(([x, y]) =>
      colourAt(shown, Math.round(left) + (stage?.x ?? 0) + x, Math.round(top) + (stage?.y ?? 0) + y),
    );
  };
  await expect.poll(drawn, 'the middle of the photo').toEqual(around.map(([x, y]) => colour(x, y)));
  await expect(page.getByTestId('stage-note'), 'no note that the photo has more pixels').toHaveText('');
});

test('keys, mouse and touch pad move the view; another photo is fitted', async ({ workbench, page }) => {
  await workbench.openSample();

  await test.step('keys zoom, pan and fit, and the view follows the crosshair', async () => {
    const fitted = await workbench.shownWidth();
    await page.keyboard.press('+');
    await expect.poll(() => workbench.shownWidth()).toBeCloseTo(fitted * 1.5, 3);
    await page.keyboard.press('-');
    await expect.poll(() => workbench.shownWidth()).toBe(fitted);

    await workbench.stage.focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('+');
    const zoomed = await workbench.rect();
    await page.keyboard.down('Space');
    await expect(workbench.stage).toHaveAttribute('data-hand');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.up('Space');
    const panned = await workbench.rect();
    const box = await workbench.stage.boundingBox();
    expect(zoomed.left - panned.left).toBeCloseTo((box?.width ?? 0) / 8, 3);
    await expect(workbench.readout, 'with Space, arrow keys do not move the crosshair').not.toHaveAttribute('data-x');

    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
    await expect(workbench.readout).toHaveAttribute('data-x', '240');
    const at = await workbench.pixelInWindow(SAMPLE, 240, 240);
    expect(at.x, 'in sight').toBeGreaterThan(box?.x ?? 0);
    expect(at.x).toBeLessThan((box?.x ?? 0) + (box?.width ?? 0));
    await page.keyboard.press('0');
    await expect.poll(() => workbench.shownWidth()).toBe(fitted);
    await expect(workbench.readout).toHaveAttribute('data-x', '240');
  });

  await test.step('a pinch on a touch pad in Safari, which has events of its own, enlarges the photo', async () => {
    const fitted = await workbench.shownWidth();
    const at = await centre(workbench);
    const kept = await workbench.stage.evaluate(
      (stage, { x, y }) =>
        Object.entries({ gesturestart: 1, gesturechange: 1.5, gestureend: 1.5 }).map(([type, scale]) =>
          stage.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), { scale, clientX: x, clientY: y })),
        ),
      at,
    );
    expect(kept, 'the page itself is not zoomed').toEqual([false, false, true]);
    await expect.poll(() => workbench.shownWidth()).toBeCloseTo(1.5 * fitted, 3);
    await page.keyboard.press('0');
    await expect.poll(() => workbench.shownWidth()).toBe(fitted);
  });

  await test.step('drag, middle button and pinch on a touch pad move the view, without a gap beside the photo', async () => {
    const at = await centre(workbench);
    const box = await workbench.stage.boundingBox();
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -70);
    await page.mouse.wheel(0, -70);
    await page.keyboard.up('Control');
    await expect(workbench.stage).toHaveAttribute('data-zoomed');
    await expect(page.getByTestId('scale')).toHaveText(/^\d{3,4} %$/);
    const pixel = async () => [
      Number(await workbench.readout.getAttribute('data-x')),
      Number(await workbench.readout.getAttribute('data-y')),
    ];
    await page.mouse.move(at.x + 1, at.y);
    const held = await pixel();

    for (const button of ['left', 'middle'] as const) {
      await page.mouse.move(at.x + 1, at.y);
      const start = await pixel();
      await page.mouse.down({ button });
      await page.mouse.move(at.x - 79, at.y + 50, { steps: 8 });
      await expect(workbench.stage).toHaveAttribute('data-dragging');
      expect(await pixel(), 'the pixel stays under the pointer').toEqual(start);
      await page.mouse.up({ button });
      await expect(workbench.stage).not.toHaveAttribute('data-dragging');
    }
    await page.mouse.move(at.x + 1, at.y);
    const moved = await pixel();
    expect(moved[0]).toBeGreaterThan(held[0] ?? 0);
    expect(moved[1]).toBeLessThan(held[1] ?? 0);

    await page.mouse.down();
    await page.mouse.move(at.x + 2000, at.y, { steps: 6 });
    await page.mouse.up();
    const { left } = await workbench.rect();
    expect(left).toBeCloseTo(0, 6);
    expect(await workbench.shownWidth()).toBeGreaterThan(box?.width ?? 0);
  });

  await test.step('another photo is fitted', async () => {
    await expect(workbench.stage).toHaveAttribute('data-zoomed');
    await page.getByRole('button', { name: 'Show Lamps' }).click();
    await expect(workbench.stage).toHaveAccessibleName(/^Lamps\. /);
    await expect(workbench.stage).not.toHaveAttribute('data-zoomed');
  });
});

test('the compare handle divides photo and layers, and the switches hide and show them', async ({
  workbench,
  page,
}) => {
  await workbench.openRoom();

  await test.step('the compare handle divides photo and layers, by keys and by pointer, also zoomed', async () => {
    const room = await pixelsOf(await roomPhoto());
    const handle = page.getByRole('slider', { name: /^Compare/ });
    // Uniform places of the photo, far from edges.
    const [left, right] = [
      { x: 30, y: 60 },
      { x: 290, y: 130 },
    ];
    const isPhoto = async ({ x, y }: { x: number; y: number }) => {
      return colourDistance(await workbench.drawnAt(ROOM, x, y), colourAt(room, x, y)) <= 2;
    };
    const sides = async () => [await isPhoto(left), await isPhoto(right)];

    await expect(handle).toHaveAttribute('aria-valuenow', '0');
    expect(await sides()).toEqual([false, false]);
    await page.keyboard.press('2');
    await expect(handle).toHaveAttribute('aria-valuenow', '50');
    expect(await sides()).toEqual([true, false]);
    await page.keyboard.press('3');
    expect(await sides()).toEqual([true, true]);
    await page.keyboard.press('1');
    expect(await sides()).toEqual([false, false]);

    await handle.focus();
    await page.keyboard.press('End');
    await expect(handle).toHaveAttribute('aria-valuenow', '100');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('PageDown');
    await expect(handle).toHaveAttribute('aria-valuenow', '80');
    await expect(handle).toHaveAttribute('aria-valuetext', '80 % photo');
    await expect(workbench.readout, 'arrow keys on the handle do not move the crosshair').not.toHaveAttribute('data-x');

    await page.keyboard.press('2');
    for (let i = 0; i < 3; i++) await page.keyboard.press('+');
    const box = await handle.boundingBox();
    const grip = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
    const stage = await workbench.stage.boundingBox();
    expect(grip.x, 'in the middle of the visible part').toBeCloseTo((stage?.x ?? 0) + (stage?.width ?? 0) / 2, 0);
    const before = await workbench.stage.getAttribute('data-rect');
    await page.mouse.move(grip.x + 4, grip.y);
    await page.mouse.down();
    await page.mouse.move(grip.x + 4 - (stage?.width ?? 0) / 4, grip.y + 30, { steps: 5 });
    await page.mouse.up();
    await expect(handle).toHaveAttribute('aria-valuenow', '25');
    expect(await workbench.stage.getAttribute('data-rect'), 'the photo itself is not dragged').toBe(before);
    await page.mouse.move(1, 1);
    const shown = await workbench.screenshot();
    const [outside, inside] = [0.15, 0.35].map((share) => (stage?.x ?? 0) + share * (stage?.width ?? 0));
    const colours = [outside, inside].map((x) => colourAt(shown, x ?? 0, grip.y));
    expect(colours[0]).not.toEqual(colours[1]);
  });

  await test.step('a saved picture is the whole photo, divided where the zoomed stage is; it can be copied', async () => {
    const room = await pixelsOf(await roomPhoto());
    const { left, width } = await workbench.rect();
    const stage = await workbench.stage.boundingBox();
    const split = Math.round((ROOM.width * (0.25 * (stage?.width ?? 0) - left)) / width);
    const { name, bytes } = await workbench.download('Save picture');
    expect(name).toBe('room-picture.png');
    await expect(page.getByTestId('stage-note')).toHaveText(`Saved, ${ROOM.width} × ${ROOM.height} pixels`);
    const picture = await pixelsOf(bytes);
    expect([picture.width, picture.height]).toEqual([ROOM.width, ROOM.height]);
    const rows = Array.from({ length: 12 }, (_, i) => 10 + 18 * i);
    const changed = (x: number) =>
      rows.filter((y) => colourDistance(colourAt(picture, x, y), colourAt(room, x, y)) > 1).length;
    for (const x of [1, Math.round(split / 2), split - 2]) expect(changed(x), `left of ${split}`).toBe(0);
    for (const x of [split + 2, ROOM.width - 2]) expect(changed(x), `right of ${split}`).toBeGreaterThan(8);
    const spot = await workbench.placeOf(ROOM);
    const shown = await workbench.screenshot();
    const at = spot(split + 8, 120);
    expect(colourDistance(colourAt(picture, split + 8, 120), colourAt(shown, at.x, at.y))).toBeLessThanOrEqual(12);

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy picture' }).click();
    await expect(page.getByTestId('stage-note')).toHaveText(/^Copied, /);
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const bitmap = await createImageBitmap(await (item?.getType('image/png') ?? new Blob()));
      return [bitmap.width, bitmap.height];
    });
    expect(copied).toEqual([ROOM.width, ROOM.height]);
  });

  await test.step('at 100 % the photo is drawn pixel for pixel', async () => {
    await page.keyboard.press('3');
    await page.keyboard.press('9');
    await expect(page.getByTestId('scale')).toHaveText('100 %');
    const { left, top, width } = await workbench.rect();
    expect(width).toBeCloseTo(ROOM.width, 9);
    const room = await pixelsOf(await roomPhoto());
    const shown = await workbench.screenshot();
    const stage = await workbench.stage.boundingBox();
    const place = (start: number, offset: number | undefined) => Math.round(start) + (offset ?? 0);
    // An edge of the window's frame, which smoothing would blur.
    for (const [x, y] of [
      [97, 58],
      [98, 59],
      [100, 62],
      [101, 63],
    ] as const)
      expect(colourAt(shown, place(left, stage?.x) + x, place(top, stage?.y) + y), `${x}, ${y}`).toEqual(
        colourAt(room, x, y),
      );
  });

  await page.keyboard.press('1');
  await page.keyboard.press('0');
  await expect(page.getByRole('slider', { name: /^Compare/ })).toHaveAttribute('aria-valuenow', '0');
  await expect(workbench.stage).not.toHaveAttribute('data-zoomed');
  await test.step('photo and layers are switched off and on, and opacities are kept', async () => {
    const opacity = page.getByRole('slider', { name: 'Depth opacity' });
    await opacity.fill('0.6');
    const colour = () => workbench.drawnAt(ROOM, 290, 130);
    const both = await colour();

    const layers = page.getByRole('button', { name: 'Layers', exact: true });
    await layers.click();
    await expect(layers).toHaveAttribute('aria-pressed', 'false');
    const room = await pixelsOf(await roomPhoto());
    const original = colourAt(room, 290, 130);
    expect(colourDistance(await colour(), original)).toBeLessThanOrEqual(2);
    await expect(page.getByTestId('compare'), 'nothing to compare').toHaveCount(0);
    await expect(opacity).toHaveValue('0.6');
    await page.keyboard.press('l');
    expect(await colour()).toEqual(both);

    const photo = page.getByRole('button', { name: 'Photo', exact: true });
    await page.keyboard.press('p');
    await expect(photo).toHaveAttribute('aria-pressed', 'false');
    // The layer at 60 % over a background of 10 % instead of over the photo.
    const alone = await colour();
    alone.forEach((channel, i) => {
      const layer = ((both[i] ?? 0) - 0.4 * (original[i] ?? 0)) / 0.6;
      expect(Math.abs(channel - (0.6 * layer + 0.4 * 25.5))).toBeLessThanOrEqual(3);
    });
    await layers.click();
    await expect(photo, 'photo and layers cannot both be hidden').toHaveAttribute('aria-pressed', 'true');
  });
});

test('the compare handle divides classes and masks, too', async ({ workbench, page }) => {
  // Walls extend from side to side, and so does their mask at the lowest threshold.
  await workbench.openRoom('sample=none#prompt=the+wall');
  await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
  await page.getByRole('slider', { name: 'Threshold' }).fill('0');
  const room = await pixelsOf(await roomPhoto());
  /** Number of points of a grid over columns `from` to `to` where the stage differs from the photo. */
  const covered = async (from: number, to: number) => {
    const [shown, place] = [await workbench.screenshot(), await workbench.placeOf(ROOM)];
    let count = 0;
    for (let x = from; x < to; x += 20)
      for (let y = 10; y < ROOM.height - 10; y += 20) {
        const at = place(x, y);
        if (colourDistance(colourAt(room, x, y), colourAt(shown, at.x, at.y)) > 12) count++;
      }
    return count;
  };
  const half = ROOM.width / 2;
  for (const tab of ['Find', 'Classes'] as const) {
    await workbench.openTab(tab);
    await workbench.ready();
    const halves = async (key: string) => {
      await page.keyboard.press(key);
      return [await covered(10, half - 20), await covered(half + 20, ROOM.width - 10)] as const;
    };
    // At edges of the photo, smoothed pixels differ, too.
    const bare = await halves('3');
    const whole = await halves('1');
    expect(Math.min(whole[0] - bare[0], whole[1] - bare[1]), tab).toBeGreaterThan(3);
    expect(await halves('2'), tab).toEqual([bare[0], whole[1]]);
  }
});

test('the read-out shows all values of a pixel, and updates for an earlier prompt', async ({ workbench, page }) => {
  await workbench.openRoom();

  await test.step('metres, class, mask and words, zoomed or not', async () => {
    await workbench.find('the red box');
    await expect(page.getByTestId('finding')).toContainText('the red box', PATIENCE);
    await workbench.openTab('Classes');
    await expect(page.locator('.class-row').first()).toBeVisible(PATIENCE);
    await workbench.ready();
    await read(workbench, 161, 180);
    const words = async () => (await workbench.readout.locator('dl').allInnerTexts()).join().replace(/\s+/g, ' ');
    const plain = await words();
    expect(plain).toMatch(/Pixel 161, 180 Depth \d+\.\d\d m Class \S.* Mask (\d\.\d{3}|< 0\.001) Words \S+ /);
    for (let i = 0; i < 6; i++) await page.keyboard.press('+');
    await read(workbench, 161, 180);
    expect(await words()).toBe(plain);
    const other = await read(workbench, 165, 178);
    expect(other).not.toBeNull();
    expect(await words()).not.toBe(plain);
  });

  await page.keyboard.press('0');
  await test.step('on screen and announced, it updates for an earlier prompt', async () => {
    await workbench.find('the wall');
    await expect(page.getByTestId('finding')).toContainText('the wall', PATIENCE);
    await workbench.ready();
    await workbench.stage.focus();
    await page.keyboard.press('ArrowRight');
    const words = workbench.readout.locator('.readout-words');
    const spoken = workbench.readout.locator('[aria-live=polite]');
    await expect(words).toContainText('wall');
    await expect(spoken).toHaveText(/words .*wall/);
    // With keys, because the crosshair disappears when the pointer leaves the stage.
    await page.locator('.mask-name', { hasText: 'the red box' }).press('Enter');
    await expect(page.getByTestId('finding')).toContainText('the red box');
    await expect(words).toContainText('box');
    await expect(words).not.toContainText('wall');
    await expect(spoken).toHaveText(/words .*box/);
  });
});

test('a move of the pointer rewrites no control of the panel, only what tells of the pixel', async ({
  workbench,
  page,
}) => {
  await workbench.open('sample=Bedroom&task=refer#prompt=the+red+chair', { model: false });
  await expect(page.getByTestId('finding')).toBeVisible(PATIENCE);
  const { x, y } = await workbench.pixelInWindow(SAMPLE, 320, 240);
  /** Moves over the photo, and returns which elements of the panel were changed. */
  async function changed(): Promise<readonly string[]> {
    await page.mouse.move(x, y);
    await expect(workbench.readout).toHaveAttribute('data-x');
    const list = await page.evaluateHandle(() => {
      const found = new Set<string>();
      const note = ({ target }: MutationRecord) =>
        found.add(target instanceof Element ? target.localName : String(target.parentElement?.localName));
      const options = { attributes: true, childList: true, characterData: true, subtree: true };
      new MutationObserver((all) => all.map(note)).observe(document.querySelector('.panel') ?? document.body, options);
      return found;
    });
    const before = await workbench.readout.getAttribute('data-x');
    await page.mouse.move(x - 130, y + 130, { steps: 10 });
    await expect(workbench.readout).not.toHaveAttribute('data-x', before ?? '');
    return list.evaluate((found) => [...found]);
  }
  const controls = ['input', 'select', 'button', 'option'];
  for (const [tab, tells] of [
    ['Find', ['meter']],
    ['Depth', ['span']],
    ['Classes', ['li']],
  ] as const) {
    await workbench.openTab(tab);
    const found = await changed();
    expect(found, tab).toEqual(expect.arrayContaining([...tells]));
    expect(
      found.filter((name) => controls.includes(name)),
      tab,
    ).toEqual([]);
  }
});

test('the sheet lists the keys; Escape closes it; typing does not trigger shortcuts', async ({ workbench, page }) => {
  await workbench.openSample();
  await workbench.openTab('Find');
  const prompt = page.getByRole('textbox', { name: 'What to look for' });
  await prompt.pressSequentially('2 lamps?+');
  await expect(prompt).toHaveValue('2 lamps?+');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeHidden();
  await expect(workbench.stage).not.toHaveAttribute('data-zoomed');

  await workbench.stage.focus();
  await page.keyboard.press('?');
  await expect(sheet).toBeVisible();
  for (const [keys, does] of [
    ['+', 'Zoom in'],
    ['0', 'The whole photo'],
    ['9', '100 %'],
    ['2', 'half and half'],
    ['Shift←→↑↓', 'one pixel'],
    ['HomeEnd', 'First or last task'],
  ] as const)
    await expect(sheet.locator('dl > div', { hasText: does }).filter({ hasText: keys }).first()).toBeVisible();
  await page.keyboard.press('+');
  await expect(workbench.stage, 'a dialog blocks the page’s keys').not.toHaveAttribute('data-zoomed');

  await sheet.getByRole('switch', { name: /^Single keys/ }).click();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await expect(workbench.stage, 'the focus is back').toBeFocused();
  await page.getByRole('tab', { name: 'Depth' }).focus();
  await page.keyboard.press('+');
  await expect(workbench.stage, 'single keys work only on the stage').not.toHaveAttribute('data-zoomed');
  await workbench.stage.focus();
  await page.keyboard.press('+');
  await expect(workbench.stage).toHaveAttribute('data-zoomed');
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test('the bar stays on one line, two fingers zoom, and one moves the photo', async ({ workbench, page }) => {
    await workbench.openSample();

    await test.step('texts speak of fingers', async () => {
      await expect(workbench.readout).toHaveText('Tap the photo to read values.');
    });

    await test.step('boxes have text of 16 px, or Safari would zoom into them', async () => {
      const sizes = await page
        .locator('input, select, textarea')
        .evaluateAll((boxes) => boxes.map((box) => getComputedStyle(box).fontSize));
      expect(new Set(sizes)).toEqual(new Set(['16px']));
    });

    await test.step('the bar below the photo stays on one line', async () => {
      for (let i = 0; i < 20; i++) await page.keyboard.press('+');
      const tops = await page
        .locator('.stage-bar > button')
        .evaluateAll((buttons) => buttons.map((button) => Math.round(button.getBoundingClientRect().y)));
      expect(tops.length).toBe(9);
      expect(new Set(tops).size).toBe(1);
    });

    await test.step('what the bar says lies on the photo, not behind it', async () => {
      await workbench.download('Save picture');
      const note = page.getByTestId('stage-note');
      await expect(note).toHaveText(/^Saved, /);
      const onTop = await note.evaluate((element) => {
        // A point finds only what takes the pointer.
        element.style.pointerEvents = 'auto';
        const { left, top, width, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      });
      expect(onTop).toBe(true);
    });

    await page.keyboard.press('0');
    await expect(workbench.stage).not.toHaveAttribute('data-zoomed');
    await test.step('two fingers zoom about the point between them, then one finger moves the photo', async () => {
      const { x, y } = await centre(workbench);
      const touch = await workbench.touch();
      const fitted = await workbench.shownWidth();
      // The first finger touches before the second.
      await touch.send('touchStart', [{ x: x - 20, y }]);
      await touch.pinch({ x, y });
      await expect.poll(() => workbench.shownWidth()).toBeCloseTo(3 * fitted, 0);
      const { left, width } = await workbench.rect();
      const box = await workbench.stage.boundingBox();
      expect((x - (box?.x ?? 0) - left) / width, 'the middle stays').toBeCloseTo(0.5, 2);
      expect(await page.evaluate(() => window.visualViewport?.scale), 'the page itself is not zoomed').toBe(1);

      await touch.send('touchStart', [{ x, y }]);
      for (let by = 5; by <= 40; by += 5) await touch.send('touchMove', [{ x: x - by, y: y - by }]);
      await touch.send('touchEnd', []);
      const after = await workbench.rect();
      expect(left - after.left).toBeGreaterThan(25);
      expect(await page.evaluate(() => window.scrollY), 'the page is not scrolled').toBe(0);
      // The read-out keeps the values of the touched pixel.
      await expect(workbench.readout).toHaveAttribute('data-metres', /^\d/);
    });
  });
});
