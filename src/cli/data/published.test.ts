import { appendFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5 from 'h5wasm/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADE20K_CLASSES } from '../../convert/ade20k.ts';
import { NYU_SCENES } from '../../convert/scenes.ts';
import { TINY } from '../../engine/testing/tiny-model.ts';
import type { Predictor } from '../../eval/predictor.ts';
import { encodePng8 } from '../../image/formats/png.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { evaluate } from '../evaluate.ts';
import { matchScene, nyuData } from './nyu.ts';
import { openDepthData, openReferData, openSegmentData } from './open.ts';

const testdata = (name: string) => readFile(new URL(`../../eval/testdata/${name}`, import.meta.url));
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vpd-data-'));
  await writeNyu(join(root, 'nyu'));
  await writeRefcoco(join(root, 'refcoco'));
  await writeAde(join(root, 'ade', 'ADEChallengeData2016'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const [WIDTH, HEIGHT] = [640, 480];
/** Writes three frames like MATLAB 7.3: HDF5 after a block of 512 bytes, dimensions reversed, compressed, text by reference. */
async function writeNyu(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'splits.mat'), await testdata('splits.mat'));
  await h5.ready;
  const path = join(folder, 'bare.h5');
  const file = new h5.File(path, 'w');
  const pixels = WIDTH * HEIGHT;
  const images = new Uint8Array(3 * 3 * pixels);
  const depths = new Float32Array(3 * pixels);
  for (let n = 0; n < 3; n++)
    for (let x = 0; x < WIDTH; x++)
      for (let y = 0; y < HEIGHT; y++) {
        const place = x * HEIGHT + y;
        depths[n * pixels + place] = n + 1 + x / 1000 + y / 5e5;
        images.set([50 * n + 60], (3 * n + 0) * pixels + place);
        images.set([x % 256], (3 * n + 1) * pixels + place);
        images.set([y % 256], (3 * n + 2) * pixels + place);
      }
  const chunked = { compression: 'gzip', compression_opts: 1 } as const;
  file.create_dataset({
    name: 'images',
    data: images,
    shape: [3, 3, WIDTH, HEIGHT],
    chunks: [1, 3, 64, 48],
    ...chunked,
  });
  file.create_dataset({ name: 'rawDepths', data: depths, shape: [3, WIDTH, HEIGHT], chunks: [1, 64, 48], ...chunked });
  const texts = file.create_group('#refs#');
  const references = ['kitchen', 'office', 'study_room'].map((scene, i) => {
    const codes = Uint16Array.from(scene, (letter) => letter.charCodeAt(0));
    return texts.create_dataset({ name: `s${i}`, data: codes, shape: [scene.length, 1] }).create_reference();
  });
  file.create_dataset({ name: 'sceneTypes', data: references, shape: [1, 3] });
  file.close();
  await writeFile(
    join(folder, 'nyu_depth_v2_labeled.mat'),
    Buffer.concat([Buffer.alloc(512, 0x20), await readFile(path)]),
  );
}

describe('NYU Depth v2', () => {
  it('reads the test frames of the published files', async () => {
    const { items, range, close } = await openDepthData(join(root, 'nyu'), {});
    expect(range).toEqual({ min: 1e-3, max: 10, crop: [45, 471, 41, 601] });
    expect(items.map(({ id }) => id)).toEqual(['frame 1', 'frame 3']);
    expect(items.map((item) => item.scene(NYU_SCENES))).toEqual(['kitchen', 'study']);
    expect(items.map((item) => item.scene(['room']))).toEqual([undefined, undefined]);
    const [, third] = items;
    const photo = await third?.photo();
    expect([photo?.width, photo?.height]).toEqual([WIDTH, HEIGHT]);
    const at = 3 * (200 * WIDTH + 300);
    expect([...(photo?.data.subarray(at, at + 3) ?? [])]).toEqual([160, 300 % 256, 200]);
    const truth = await third?.truth();
    expect([truth?.width, truth?.height]).toEqual([WIDTH, HEIGHT]);
    // 3.3004 m truncated to whole millimetres.
    expect(truth?.data[200 * WIDTH + 300]).toBeCloseTo(3.3, 6);
    // 3.6399 m.
    expect(truth?.data[450 * WIDTH + 639]).toBeCloseTo(3.639, 6);
    // 3.004 is slightly less in single precision; its product with 1000 is 3004 in single precision and 3003.99… in double.
    expect(truth?.data[4]).toBe(Math.fround(3.004));
    close?.();
  });

  it('gives frames a black border and JPEG compression, as in VPD’s preprocessing', async () => {
    const { items, close } = await openDepthData(join(root, 'nyu'), { split: 'train', asPreprocessed: true });
    expect(items.map(({ id }) => id)).toEqual(['frame 2']);
    const photo = await items[0]?.photo();
    const at = (x: number, y: number) => [
      ...(photo?.data.subarray(3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3) ?? []),
    ];
    for (const [x, y] of [
      [2, 200],
      [636, 200],
      [300, 2],
      [300, 478],
    ] as const)
      expect(Math.max(...at(x, y))).toBeLessThan(12);
    for (const [x, y] of [
      [631, 200],
      [300, 472],
    ] as const)
      expect(Math.max(...at(x, y)), 'the last column, and a row near the last').toBeGreaterThan(100);
    const [red = 0, green = 0, blue = 0] = at(100, 200);
    expect(Math.abs(red - 110) + Math.abs(green - 100) + Math.abs(blue - 200)).toBeLessThan(12);
    close?.();
  });

  it('are scored with their scenes, and with that border only under the paper’s protocol', async () => {
    const seen: unknown[] = [];
    const unasked = () => Promise.reject(new Error('not asked for'));
    const depth: Predictor['depth'] = async ({ data }, options) => {
      seen.push([options?.scene, (data[0] ?? 0) < 12 ? 'black' : 'as it was']);
      return { width: 1, height: 1, data: Float32Array.of(2) };
    };
    const config: VpdConfig = {
      ...TINY,
      tasks: TINY.tasks.depth ? { depth: { ...TINY.tasks.depth, scenes: NYU_SCENES } } : {},
    };
    const predictor: Predictor = { config, depth, refer: unasked, segment: unasked };
    for (const protocol of ['fit', 'paper'] as const)
      await evaluate('depth', predictor, join(root, 'nyu'), { shard: { index: 1, count: 1 }, protocol });
    expect(seen).toEqual([
      ['kitchen', 'as it was'],
      ['study', 'as it was'],
      ['kitchen', 'black'],
      ['study', 'black'],
    ]);
  });

  it('returns the first scene whose name is contained in the frame’s', () => {
    expect(matchScene('office_kitchen', NYU_SCENES)).toBe('kitchen');
    expect(matchScene('home_office', NYU_SCENES)).toBe('home_office');
    expect(() => matchScene('garage', ['kitchen', 'office'])).toThrow(
      'A frame is of the scene "garage", and the pack knows only kitchen, office.',
    );
  });

  it('says what is missing or wrong', async () => {
    const nyu = join(root, 'nyu');
    await expect(nyuData(nyu, { split: 'val' })).rejects.toThrow(
      'NYU Depth v2 has no split "val"; it has test, train.',
    );
    await expect(openDepthData(nyu, { splitBy: 'unc' })).rejects.toThrow(
      '--split-by works for RefCOCO, not with NYU Depth v2.',
    );
    await expect(openSegmentData(join(root, 'ade'), { images: root })).rejects.toThrow(
      '--images works for RefCOCO, not with ADE20K.',
    );
    const broken = join(root, 'nyu-broken');
    const file = join(broken, 'nyu_depth_v2_labeled.mat');
    await mkdir(broken);
    await writeFile(file, 'MATLAB 5.0 MAT-file');
    await expect(openDepthData(broken, {})).rejects.toThrow(
      `${join(broken, 'splits.mat')} is not there; it lists which frames of nyu_depth_v2_labeled.mat are for testing`,
    );
    await writeFile(join(broken, 'splits.mat'), 'nonsense');
    await expect(openDepthData(broken, {})).rejects.toThrow('splits.mat is not a MAT-file of level 5');
    await writeFile(join(broken, 'splits.mat'), await testdata('splits.mat'));
    await expect(openDepthData(broken, {})).rejects.toThrow(
      `${file} is not an HDF5 file (MATLAB 7.3), or is cut off; download it again.`,
    );
    const bare = join(nyu, 'bare.h5');
    await writeFile(file, await readFile(bare));
    await truncate(file, 100_000);
    await expect(openDepthData(broken, {})).rejects.toThrow('is not an HDF5 file (MATLAB 7.3), or is cut off');
    const other = new h5.File(file, 'w');
    other.create_dataset({ name: 'images', data: new Uint8Array(6), shape: [6] });
    other.close();
    await expect(openDepthData(broken, {})).rejects.toThrow(
      `${file} has no images with 4 dimensions, so it is not NYU Depth v2's labelled part.`,
    );
    const empty = new h5.File(file, 'w');
    empty.create_dataset({ name: 'images', data: new Uint8Array(6), shape: [1, 1, 2, 3] });
    empty.close();
    await expect(openDepthData(broken, {})).rejects.toThrow('has no rawDepths with 3 dimensions');
    for (const [shape, message] of [
      [[1, 3, 2], 'has images of 1×1×2×3 and rawDepths of 1×3×2, which do not belong together.'],
      [
        [1, 2, 3],
        'splits.mat names frame 3 and nyu_depth_v2_labeled.mat has 1; take both files as they were published.',
      ],
    ] as const) {
      const small = new h5.File(file, 'w');
      small.create_dataset({ name: 'images', data: new Uint8Array(6), shape: [1, 1, 2, 3] });
      small.create_dataset({ name: 'rawDepths', data: new Float32Array(6), shape: [...shape] });
      small.create_dataset({ name: 'sceneTypes', data: new Uint8Array(1), shape: [1, 1] });
      small.close();
      await expect(openDepthData(broken, {})).rejects.toThrow(message);
    }
  });
});

/** Two photos of 20×10 px; the refs of `refs-protocol0.p` are about them. */
async function writeRefcoco(folder: string): Promise<void> {
  await mkdir(join(folder, 'train2014'), { recursive: true });
  await writeFile(join(folder, 'refs(unc).p'), await testdata('refs-protocol0.p'));
  const instances = {
    images: [7, 9].map((id) => ({ id, file_name: `COCO_train2014_00000000000${id}.jpg`, width: 20, height: 10 })),
    annotations: [
      { id: 1719310, segmentation: [[0, 0, 10, 0, 10, 10, 0, 10]] },
      { id: 12, segmentation: [[0, 0, 20, 0, 20, 10, 0, 10]] },
      { id: 13, segmentation: { size: [10, 20], counts: [0, 50, 150] } },
    ],
  };
  await writeFile(join(folder, 'instances.json'), JSON.stringify(instances));
  for (const { id, file_name } of instances.images)
    await sharp({ create: { width: 20, height: 10, channels: 3, background: { r: 10 * id, g: 0, b: 0 } } })
      .jpeg()
      .toFile(join(folder, 'train2014', file_name));
}

describe('RefCOCO', () => {
  it('reads refs, masks and photos as published', async () => {
    const { items } = await openReferData(join(root, 'refcoco'), {});
    expect(items.map(({ id, image, expression }) => [id, image, expression])).toEqual([
      ['ref 0 sentence 0', '7', "the lady's left hand"],
      ['ref 0 sentence 1', '7', 'left'],
      ['ref 1 sentence 2', '7', 'all of it'],
    ]);
    const photo = await items[0]?.photo();
    expect([photo?.width, photo?.height, Math.abs((photo?.data[0] ?? 0) - 70) < 4]).toEqual([20, 10, true]);
    const truth = await items[1]?.truth?.();
    expect([truth?.width, truth?.height]).toEqual([20, 10]);
    expect([...(truth?.data.subarray(180) ?? [])]).toEqual([...new Array(10).fill(1), ...new Array(10).fill(0)]);
    const testA = await openReferData(join(root, 'refcoco'), { split: 'testA' });
    const crowd = await testA.items[0]?.truth?.();
    expect([...(crowd?.data.subarray(0, 7) ?? [])]).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('is other data if its annotations change', async () => {
    const before = await openReferData(join(root, 'refcoco'), {});
    await appendFile(join(root, 'refcoco/instances.json'), ' ');
    expect((await openReferData(join(root, 'refcoco'), {})).definition).not.toBe(before.definition);
  });

  it('says what is missing or wrong', async () => {
    const folder = join(root, 'refcoco');
    await expect(openReferData(folder, { splitBy: 'umd' })).rejects.toThrow(
      `${folder} has no refs(umd).p; it has splits by unc.`,
    );
    await expect(openReferData(folder, { images: root })).rejects.toThrow(
      `${root} has no COCO_train2014_000000000007.jpg; --images must be the folder of COCO's train2014 photos.`,
    );
    const photo = join(folder, 'train2014/COCO_train2014_000000000009.jpg');
    await sharp({ create: { width: 10, height: 20, channels: 3, background: '#888' } })
      .jpeg()
      .toFile(photo);
    const [item] = (await openReferData(folder, { split: 'testA' })).items;
    await expect(item?.photo()).rejects.toThrow(
      `${photo} is 10×20 px and instances.json says 20×10; use COCO's own files.`,
    );
    await writeFile(join(folder, 'refs(google).p'), '');
    await expect(openReferData(folder, {})).rejects.toThrow(
      `${folder} has splits by google and unc; choose one with --split-by.`,
    );
    await rm(join(folder, 'refs(google).p'));
    const alone = join(root, 'alone');
    await mkdir(alone);
    await writeFile(join(alone, 'refs(unc).p'), await testdata('refs-protocol2.p'));
    await expect(openReferData(alone, {})).rejects.toThrow(`${join(alone, 'instances.json')} cannot be read`);
    await writeFile(join(alone, 'instances.json'), await readFile(join(folder, 'instances.json')));
    await expect(openReferData(alone, {})).rejects.toThrow(
      /^COCO's photos were not found near .*alone \(looked for COCO_train2014_000000000007\.jpg in train2014, .*\); give the folder train2014 with --images\.$/,
    );
  });
});

async function writeAde(folder: string): Promise<void> {
  for (const kind of ['images', 'annotations']) await mkdir(join(folder, kind, 'validation'), { recursive: true });
  await sharp({ create: { width: 4, height: 2, channels: 3, background: '#888' } })
    .jpeg()
    .toFile(join(folder, 'images/validation/ADE_val_00000001.jpg'));
  const labels = Uint8Array.of(0, 1, 2, 150, 4, 0, 0, 1);
  await writeFile(join(folder, 'annotations/validation/ADE_val_00000001.png'), encodePng8(labels, 4, 2, 'gray'));
}

describe('ADE20K', () => {
  it('reads published annotations: 0 is ignored, class k is stored as k + 1', async () => {
    const { items, names, ignore } = await openSegmentData(join(root, 'ade'), {});
    expect([names, ignore, items.map(({ id }) => id)]).toEqual([ADE20K_CLASSES, 255, ['ADE_val_00000001']]);
    expect((await items[0]?.photo())?.width).toBe(4);
    expect([...((await items[0]?.truth())?.data ?? [])]).toEqual([255, 0, 1, 149, 3, 255, 255, 0]);
  });

  it('says what is missing or wrong', async () => {
    const folder = join(root, 'ade', 'ADEChallengeData2016');
    await expect(openSegmentData(folder, { split: 'testing' })).rejects.toThrow(
      `ADE20K at ${folder} has no split "testing"; it has validation.`,
    );
    const path = join(folder, 'annotations/validation/ADE_val_00000001.png');
    await writeFile(path, encodePng8(new Uint8Array(8).fill(151), 4, 2, 'gray'));
    const { items } = await openSegmentData(folder, {});
    await expect(items[0]?.truth()).rejects.toThrow(
      `${path} holds the value 151; the benchmark's annotations go from 0 to 150, so these are of another set.`,
    );
  });
});
