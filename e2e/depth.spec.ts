/** Depth on the stage, in measurements and in files is the computed depth; files are checked with other readers than the page's own. */

import { WebIO } from '@gltf-transform/core';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { FloatType } from 'three';
import { EXRLoader } from 'three/addons/loaders/EXRLoader.js';
import { PLYLoader } from 'three/addons/loaders/PLYLoader.js';
import { distance, focalLength, trainingFov, unproject } from '../src/image/camera.ts';
import { applyColormap, colormap } from '../src/image/colormap.ts';
import { decodePngSamples } from '../src/image/formats/png.ts';
import { normalColours, normalsOf } from '../src/image/normals.ts';
import { reliefOf } from '../src/image/relief.ts';
import { drawContours } from '../src/tasks/depth/contours.ts';
import { EMBEDDED_WORKING } from '../src/tasks/depth/lens.ts';
import { ROOM, roomPhoto } from './photos.ts';
import { colourAt, colourDistance, expect, PATIENCE, pixelsOf, shot, test, type Workbench } from './test.ts';

interface Depth {
  readonly width: number;
  readonly height: number;
  readonly metres: Float32Array;
}

/** Automatic field of view of the room, degrees. */
const FOV = trainingFov(ROOM, EMBEDDED_WORKING);

/** Opens the room and returns its depth from the .npy file, which results.spec.ts compares with the command line's. */
async function depthOfRoom(workbench: Workbench): Promise<Depth> {
  await workbench.openRoom();
  const { shape, data } = await workbench.downloadNpy('.npy, metres');
  const [height = 0, width = 0] = shape;
  return { width, height, metres: Float32Array.from(data, Number) };
}

/** Returns a function from pixels of the photo to coordinates in the window. */
async function windowMap(
  workbench: Workbench,
  photo: Depth,
): Promise<(x: number, y: number) => readonly [number, number]> {
  const place = await workbench.placeOf(photo);
  return (x, y) => {
    const at = place(x, y);
    return [at.x, at.y];
  };
}

/** Checks that two long lists are equal, without printing their difference, which would take minutes. */
function expectSame(found: ArrayLike<number> | undefined, expected: ArrayLike<number>, what: string): void {
  expect(found?.length, what).toBe(expected.length);
  const off = Array.from(expected).filter((value, i) => !Object.is(value, found?.[i])).length;
  expect(off, `${what}: values that differ`).toBe(0);
}

const exactBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
const numberOf = async (page: Page, testId: string, name: string) =>
  Number(await page.getByTestId(testId).getAttribute(name));

test('contour lines, surface normals and the range: on the stage, in the legend and in files', async ({
  workbench,
  page,
}) => {
  const depth = await depthOfRoom(workbench);
  const { width, height, metres } = depth;

  await test.step('contour lines lie where depth is a multiple of their distance', async () => {
    const before = await workbench.screenshot();
    await page.getByRole('switch', { name: 'Contour lines' }).check();
    const order = metres.slice().sort();
    const spread = (order[Math.floor(0.95 * order.length)] ?? 0) - (order[Math.floor(0.05 * order.length)] ?? 0);
    const spacing = Math.max(0.05, Number((spread / 4).toFixed(2)));
    await page.getByLabel('every').fill(String(spacing));
    await shot(page, 'contours');
    const after = await workbench.screenshot();
    const map = await windowMap(workbench, depth);
    const changed = (x: number, y: number) => {
      const [left, top] = map(x, y);
      return colourDistance(colourAt(before, left, top), colourAt(after, left, top)) > 16;
    };
    const at = (x: number, y: number) => metres[y * width + x] ?? 0;
    const lines = { found: 0, inked: 0 };
    const between = { found: 0, inked: 0 };
    for (let y = 4; y < height - 4; y++)
      for (let x = 4; x < width - 4; x++) {
        const [a, b] = [at(x, y), at(x + 1, y)];
        const line = spacing * Math.max(Math.floor(a / spacing), Math.floor(b / spacing));
        const crosses = Math.floor(a / spacing) !== Math.floor(b / spacing);
        const off = Math.abs(a / spacing - Math.round(a / spacing));
        const slope = Math.max(Math.abs(a - b), Math.abs(at(x, y + 1) - a)) / spacing;
        if (crosses) {
          lines.found++;
          if (changed(x + (line - a) / (b - a), y)) lines.inked++;
        } else if (off > 4 * slope && off > 0.1) {
          between.found++;
          if (changed(x, y)) between.inked++;
        }
      }
    expect(lines.found, 'the photo has contours').toBeGreaterThan(50);
    expect(lines.inked / lines.found, JSON.stringify(lines)).toBeGreaterThan(0.9);
    expect(between.inked / between.found, JSON.stringify(between)).toBeLessThan(0.01);

    const picture = await pixelsOf((await workbench.download('PNG, as shown')).bytes);
    const [least = 0, most = 0] = [order[0], order.at(-1)];
    const lined = applyColormap(metres, [least, most], colormap('turbo'), true);
    drawContours(lined, depth, spacing);
    expectSame(picture.data, lined, 'the file has the lines, too');
  });

  await page.getByRole('switch', { name: 'Contour lines' }).uncheck();
  await test.step('surface normals on the stage and in their file', async () => {
    await page.getByLabel('Show', { exact: true }).selectOption('normals');
    await expect(page.getByText('For a field of view of 63.3° across, automatic.')).toBeVisible();
    const { name, bytes } = await workbench.download('PNG, as shown');
    expect(name).toBe('room-normals.png');
    const picture = await pixelsOf(bytes);
    const expected = normalColours(normalsOf(metres, width, height, focalLength(width, FOV)));
    expect(Buffer.from(picture.data).equals(expected)).toBe(true);
    const map = await windowMap(workbench, depth);
    const share = (pixels: typeof picture) => {
      let close = 0;
      let count = 0;
      for (let y = 10; y < height - 10; y += 5)
        for (let x = 10; x < width - 10; x += 5) {
          count++;
          if (colourDistance(colourAt(pixels, ...map(x, y)), colourAt(picture, x, y)) <= 24) close++;
        }
      return close / count;
    };
    await expect.poll(async () => share(await workbench.screenshot())).toBeGreaterThan(0.8);
    await shot(page, 'normals');
  });

  await page.getByLabel('Show', { exact: true }).selectOption('depth');
  await test.step('the range follows percentiles and typed metres: legend, picture and file', async () => {
    const order = metres.slice().sort();
    const share = (part: number) => order[Math.min(order.length - 1, Math.floor(part * order.length))] ?? 0;
    const legend = async (id: string) => Number.parseFloat((await page.getByTestId(id).textContent()) ?? '');
    const range = page.getByLabel('Range', { exact: true });

    await range.selectOption('percentile');
    expect(Math.abs((await legend('depth-near')) - share(0.02))).toBeLessThan(0.02);
    expect(Math.abs((await legend('depth-far')) - share(0.98))).toBeLessThan(0.02);
    await page.getByLabel('to', { exact: true }).fill('50');
    expect(Math.abs((await legend('depth-far')) - share(0.5))).toBeLessThan(0.02);

    await range.selectOption('typed');
    const near = Number((share(0.5) + 0.1).toFixed(3));
    await page.getByLabel('near', { exact: true }).fill(String(near));
    await page.getByLabel('far', { exact: true }).fill('60');
    await page.getByLabel('Colours').selectOption('viridis');
    expect(await legend('depth-far')).toBe(60);
    // Nearer than the near end: the last colour, because colours are reversed.
    const table = colormap('viridis');
    const at = metres.indexOf(order[0] ?? 0);
    const [x, y] = (await windowMap(workbench, depth))(at % width, Math.floor(at / width));
    const shown = colourAt(await workbench.screenshot(), x, y);
    expect(colourDistance(shown, [...table.subarray(765)]), `${shown}`).toBeLessThanOrEqual(8);

    const { name, bytes } = await workbench.download('PNG, as shown');
    expect(name).toBe('room-depth.png');
    const picture = await pixelsOf(bytes);
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(Buffer.from(picture.data).equals(applyColormap(metres, [near, 60], table, true))).toBe(true);
  });
});

test('two points by pen, mouse and keys: their depths, and the distance that the formula gives', async ({
  workbench,
  page,
}) => {
  const depth = await depthOfRoom(workbench);
  const { width, height, metres } = depth;
  const expected = (fov: number, points: readonly (readonly [number, number])[]) => {
    const [a, b] = points.map(([x, y]) =>
      unproject(x, y, metres[y * width + x] ?? 0, { width, height }, focalLength(width, fov)),
    );
    return a && b ? distance(a, b) : Number.NaN;
  };
  await page.getByRole('switch', { name: 'Measure' }).check();
  const map = await windowMap(workbench, depth);
  const points = [
    [40, 200],
    [250, 90],
  ] as const;
  const expectDepths = async () => {
    for (const [i, name] of ['data-a', 'data-b'].entries()) {
      const [x, y] = points[i] ?? [0, 0];
      expect(await numberOf(page, 'measurement', name)).toBe(metres[y * width + x]);
    }
  };

  await test.step('a click of a pen that cannot hover, and so leaves the stage before the click, sets a point', async () => {
    for (const [x, y] of points) {
      const [clientX, clientY] = map(x, y);
      const at = { clientX, clientY, pointerId: 7, pointerType: 'pen', isPrimary: true, bubbles: true };
      const picture = workbench.stage.locator('canvas');
      for (const type of ['pointerover', 'pointermove', 'pointerdown', 'pointerup', 'pointerout', 'click'])
        await picture.dispatchEvent(type, at);
    }
    await expectDepths();
    await page.getByRole('button', { name: 'Clear points' }).click();
    await expect(page.getByTestId('measure')).toHaveCount(0);
  });

  for (const [x, y] of points) await page.mouse.click(...map(x, y));
  await expectDepths();
  expect(await numberOf(page, 'measurement', 'data-distance')).toBeCloseTo(expected(FOV, points), 6);
  await expect(page.getByTestId('measure').locator('.measure-distance')).toHaveText(
    `${expected(FOV, points).toFixed(2)} m`,
  );
  const ends = await page.getByTestId('measure').locator('.measure-point').all();
  for (const [i, end] of ends.entries()) {
    const box = await end.boundingBox();
    const [photoX, photoY] = points[i] ?? [0, 0];
    const [x, y] = map(photoX, photoY);
    expect(
      Math.hypot((box?.x ?? 0) + (box?.width ?? 0) / 2 - x, (box?.y ?? 0) + (box?.height ?? 0) / 2 - y),
    ).toBeLessThan(2);
  }
  await shot(page, 'measured');

  const fov = page.getByRole('slider', { name: 'Field of view, across' });
  const automatic = page.getByRole('switch', { name: 'Automatic field of view' });
  await expect(fov).toHaveAttribute('aria-valuetext', '63.3°, automatic');
  await fov.fill('90');
  expect(await numberOf(page, 'measurement', 'data-distance')).toBeCloseTo(expected(90, points), 6);
  await expect(page.getByText('90° was chosen by hand; automatic is 63.3°')).toBeVisible();
  await automatic.check();
  expect(await numberOf(page, 'measurement', 'data-distance')).toBeCloseTo(expected(FOV, points), 6);
  await automatic.uncheck();
  expect(await numberOf(page, 'measurement', 'data-distance')).toBeCloseTo(expected(63, points), 6);
  await fov.fill('90');

  await page.getByRole('button', { name: 'Clear points' }).click();
  await expect(page.getByTestId('measure')).toHaveCount(0);
  // The pointer has left the stage, so there is no crosshair, and the first arrow key starts in the middle.
  await workbench.stage.focus();
  const keyed: [number, number][] = [];
  for (const arrow of ['ArrowRight', 'ArrowUp']) {
    for (let i = 0; i < 5; i++) await page.keyboard.press(arrow);
    keyed.push([
      Number(await workbench.readout.getAttribute('data-x')),
      Number(await workbench.readout.getAttribute('data-y')),
    ]);
    await page.keyboard.press('Enter');
  }
  expect(await numberOf(page, 'measurement', 'data-distance')).toBeCloseTo(expected(90, keyed), 6);
  await expect(page.getByTestId('measurement')).toHaveText(/^A is .* m away, B .* m; they lie .* m apart\.$/);
});

test('the automatic field of view follows the photo’s shape and metadata, and a chosen one is kept', async ({
  workbench,
  page,
}) => {
  const room = sharp(await roomPhoto());
  await workbench.open();
  await page.getByRole('switch', { name: 'Measure' }).check();
  const fov = page.getByRole('slider', { name: 'Field of view, across' });
  const exif = { IFD2: { FocalLengthIn35mmFilm: '26' } };
  for (const [name, width, height, text] of [
    ['upright.jpg', 240, 320, '49.6°, automatic'],
    ['square.jpg', 256, 256, '52.5°, automatic'],
    ['phone.jpg', 240, 320, '53.1°, from the photo'],
  ] as const) {
    const sized = room.clone().resize(width, height, { fit: 'fill' });
    const bytes = await (name === 'phone.jpg' ? sized.withExif(exif) : sized).jpeg().toBuffer();
    await workbench.drop([{ name, type: 'image/jpeg', bytes }]);
    await workbench.ready();
    await expect(fov).toHaveAttribute('aria-valuetext', text);
  }
  await fov.fill('70');
  await expect(page.getByText('automatic is 53.1°, from the camera data in the photo’s file.')).toBeVisible();
  await page.getByRole('button', { name: 'Show upright.jpg' }).click();
  await expect(page.getByText('70° was chosen by hand; automatic is 49.6°')).toBeVisible();
  await expect(workbench.status).toHaveAttribute('data-saved', 'saved');
  await page.reload();
  await expect(page.getByText('70° was chosen by hand; automatic is 49.6°')).toBeVisible(PATIENCE);
});

test('files for other programs, and the 3D view', async ({ workbench, page }) => {
  const { width, height, metres } = await depthOfRoom(workbench);

  await test.step('16-bit PNG, EXR, PLY and GLB contain the depth', async () => {
    const png = await workbench.download('PNG, 16-bit mm');
    expect(png.name).toBe('room-depth-mm.png');
    const samples = await decodePngSamples(png.bytes, png.name);
    expect(samples).toMatchObject({ width, height, depth: 16, channels: 1 });
    expectSame(
      samples.data,
      metres.map((value) => Math.round(value * 1000)),
      'millimetres of the PNG',
    );

    const exr = await workbench.download('EXR, metres');
    const loader = new EXRLoader();
    loader.type = FloatType;
    const image = loader.parse(exactBuffer(exr.bytes));
    expect([image.width, image.height]).toEqual([width, height]);
    expect(image.data).toHaveLength(4 * width * height);
    // Four channels, rows from the bottom up.
    const fromTop = metres.map(
      (_, i) => image.data?.[4 * ((height - 1 - Math.floor(i / width)) * width + (i % width))] ?? Number.NaN,
    );
    expectSame(fromTop, metres, 'metres of the EXR');

    const surface = reliefOf(metres, width, height, { fov: FOV, edgeAngle: 82, maxVertices: 1e7 });
    const ply = await workbench.download('PLY, points');
    const cloud = new PLYLoader().parse(exactBuffer(ply.bytes));
    expectSame(cloud.getAttribute('position').array, surface.positions, 'points of the PLY');
    expect(cloud.getAttribute('color').count).toBe(surface.positions.length / 3);
    const camera = 'horizontal field of view: 63.33 degrees, as of the camera that the network learned its metres from';
    expect(new TextDecoder('latin1').decode(ply.bytes.subarray(0, 1000))).toContain(`comment ${camera}\n`);
    const focal = focalLength(width, FOV);
    const nearMiddle = [...surface.uvs.keys()].findIndex(
      (i) => (surface.uvs[2 * i] ?? 0) > 0.5 && (surface.uvs[2 * i + 1] ?? 0) > 0.5,
    );
    const [x, y] = [
      Math.floor((surface.uvs[2 * nearMiddle] ?? 0) * width),
      Math.floor((surface.uvs[2 * nearMiddle + 1] ?? 0) * height),
    ];
    unproject(x, y, metres[y * width + x] ?? 0, { width, height }, focal).forEach((value, axis) => {
      expect(cloud.getAttribute('position').array[3 * nearMiddle + axis]).toBeCloseTo(value, 5);
    });

    const glb = await workbench.download('GLB, surface');
    expect(glb.name).toBe('room.glb');
    const document = await new WebIO().readBinary(glb.bytes);
    const root = document.getRoot();
    const [primitive] = root.listMeshes()[0]?.listPrimitives() ?? [];
    expect(primitive?.getMode(), 'triangles').toBe(4);
    expect(root.listNodes().map((node) => node.getExtras().camera)).toEqual([camera]);
    expectSame(primitive?.getAttribute('POSITION')?.getArray() ?? [], surface.positions, 'points of the GLB');
    expectSame(primitive?.getIndices()?.getArray() ?? [], surface.indices, 'triangles of the GLB');
    const texture = primitive?.getMaterial()?.getBaseColorTexture();
    const photo = await pixelsOf(texture?.getImage() ?? new Uint8Array());
    // Position of each corner of a triangle on the photo, v downwards.
    const uvs = primitive?.getAttribute('TEXCOORD_0')?.getArray() ?? [];
    for (let i = 0; i < surface.positions.length / 3; i += 997) {
      const [u = 0, v = 0] = [uvs[2 * i], uvs[2 * i + 1]];
      const at = surface.positions.subarray(3 * i, 3 * i + 3);
      const found = unproject(u * width - 0.5, v * height - 0.5, -(at[2] ?? 0), { width, height }, focal);
      found.forEach((value, axis) => {
        expect(value).toBeCloseTo(at[axis] ?? 0, 4);
      });
    }
    expect([photo.width, photo.height]).toEqual([ROOM.width, ROOM.height]);
    const original = await pixelsOf(await roomPhoto());
    expect(colourDistance(colourAt(photo, 20, 30), colourAt(original, 20, 30)), 'not upside down').toBeLessThan(12);
    expect(colourDistance(colourAt(photo, 160, 230), colourAt(original, 160, 230))).toBeLessThan(12);
  });

  await test.step('the view turns by keys and mouse, cuts edges, and returns the focus when closed', async () => {
    // Software rendering takes its time for every pixel.
    await page.setViewportSize({ width: 720, height: 560 });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const opener = page.getByRole('button', { name: 'Open the 3D view' });
    await opener.click();
    const space = page.getByTestId('space');
    const surface = reliefOf(metres, width, height, { fov: FOV, edgeAngle: 82, maxVertices: 300_000 });
    await expect(space).toHaveAttribute('data-points', String(surface.positions.length / 3));
    await expect(space).toHaveAttribute('data-triangles', String(surface.indices.length / 3));
    expect(
      asked.some((url) => /View3d/.test(url)),
      'three came only now',
    ).toBe(true);

    const camera = async () => ((await space.getAttribute('data-camera')) ?? '').split(' ').map(Number);
    await expect(space).toHaveAttribute('data-camera', /\d/);
    const first = await camera();
    /** Share of the view's pixels that differ from the background. */
    const covered = async () => {
      const pixels = await pixelsOf(await space.screenshot());
      const ground = colourAt(pixels, 8, 8);
      let other = 0;
      for (let y = 0; y < pixels.height; y += 3)
        for (let x = 0; x < pixels.width; x += 3) if (colourDistance(colourAt(pixels, x, y), ground) > 6) other++;
      return (9 * other) / (pixels.width * pixels.height);
    };
    await shot(page, 'surface');
    await expect.poll(covered, 'the photo fills part of the view').toBeGreaterThan(0.15);

    await expect(space).toBeFocused();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => (await camera())[0]).toBeLessThan((first[0] ?? 0) - 0.05);
    const box = await space.boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
    const turned = await camera();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 120, y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(camera).not.toEqual(turned);
    await page.keyboard.press('r');
    await expect.poll(camera).toEqual(first);
    const wide = await covered();
    for (let i = 0; i < 4; i++) await page.keyboard.press('-');
    await expect.poll(covered).toBeLessThan(wide);

    await page.getByLabel('Show as').selectOption('points');
    await shot(page, 'points');
    expect(await covered()).toBeGreaterThan(0.02);
    await page.getByRole('slider', { name: 'Cut edges' }).fill('90');
    await expect(space).toHaveAttribute('data-points', String(width * height));

    await page.keyboard.press('Escape');
    await expect(space).toHaveCount(0);
    await expect(opener).toBeFocused();
    await opener.click();
    await expect(space).toHaveAttribute('data-points', String(width * height));
    await page.getByRole('button', { name: 'Close the 3D view' }).click();
    await expect(space).toHaveCount(0);
  });
});
