/** The ZIP of a batch is read with other code than the code that wrote it. */
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { DepthResult, ReferResult, SegmentResult } from '../../engine/results.ts';
import { readNpy } from '../../image/formats/npy.ts';
import { decodePngSamples } from '../../image/formats/png.ts';
import { writeDepthFile } from '../../tasks/depth/geometry/depth-files.ts';
import { plainMask } from '../../tasks/refer/masks/masks.ts';
import { readZip } from '../../weights/zip/read-zip.ts';
import { createAssembly } from './assemble.ts';
import { csvOf, figuresOf } from './figures.ts';
import type { BatchFacts, BatchJob } from './protocol.ts';

const facts = (job: BatchJob): BatchFacts => ({
  job,
  started: '2026-01-02T03:04:05.000Z',
  pack: { name: 'tiny', hash: 'ab12', weights: 'q8' },
  device: { backend: 'wasm' },
  classes: ['wall', 'floor', 'bed'],
});
const timings = [
  { stage: 'depth', ms: 1500, cached: false },
  { stage: 'vae-encoder', ms: 0, cached: true },
] as const;

async function unzip(zip: Blob): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, record] of await readZip('batch.zip', zip, { noun: 'a batch', wayOut: 'Make it again.' }))
    files.set(name, new Uint8Array(await record.read(0, record.bytes)));
  return files;
}
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test('depth: files in millimetres, metres and colours, and a table, for photos of equal names and a failed one', async () => {
  const metres = Float32Array.of(1.2344, 2, 3, 70);
  const result: DepthResult = { width: 2, height: 2, metres, min: 1.2344, max: 70, timings };
  const colours = { colormap: 'gray', invert: false, range: { kind: 'typed', near: 1, far: 3 }, contour: 0 } as const;
  const assembly = createAssembly(facts({ task: 'depth', scene: undefined, colours }));
  await assembly.add({ id: '1', name: 'room.png', width: 2, height: 2 }, { task: 'depth', result });
  assembly.problem('torn.png', 'torn.png is damaged, or "cut".');
  await assembly.add({ id: '2', name: 'room.jpg', width: 2, height: 2 }, { task: 'depth', result });
  const files = await unzip(await assembly.finish(true));
  expect([...files.keys()]).toEqual([
    'room-depth-mm.png',
    'room-depth.npy',
    'room-depth.png',
    'room (2)-depth-mm.png',
    'room (2)-depth.npy',
    'room (2)-depth.png',
    'figures.csv',
    'batch.json',
  ]);
  const mm = await sharp(files.get('room-depth-mm.png')).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  expect([...new Uint16Array(new Uint8Array(mm).buffer)]).toEqual([1234, 2000, 3000, 65535]);
  expect(readNpy(files.get('room-depth.npy') ?? new Uint8Array(), '').data).toEqual(metres);
  const rgb = await sharp(files.get('room (2)-depth.png')).removeAlpha().raw().toBuffer();
  expect([...rgb.subarray(6)]).toEqual([255, 255, 255, 255, 255, 255]);
  expect(text(files.get('figures.csv'))).toBe(
    [
      'photo,files,min_m,median_m,max_m,seconds,error',
      'room.png,room,1.2344,2.5,70,1.5,',
      'torn.png,,,,,,"torn.png is damaged, or ""cut""."',
      'room.jpg,room (2),1.2344,2.5,70,1.5,',
      '',
    ].join('\r\n'),
  );
  expect(JSON.parse(text(files.get('batch.json')))).toMatchObject({
    job: { task: 'depth', colours },
    pack: { hash: 'ab12' },
    stopped: true,
    results: [{ photo: 'room.png', median_m: 2.5 }, { photo: 'torn.png' }, { photo: 'room.jpg' }],
  });
});

test('the picture of a depth is the panel’s, contour lines and reversed colours included', async () => {
  const [width, height] = [8, 4];
  const metres = Float32Array.from({ length: width * height }, (_, i) => 1 + (i % width) / 4);
  const depth = { width, height, metres };
  const result: DepthResult = { ...depth, min: 1, max: 2.75, timings };
  const pictureWith = async (contour: number): Promise<Uint8Array | undefined> => {
    const colours = { colormap: 'gray', invert: true, range: { kind: 'whole' }, contour } as const;
    const assembly = createAssembly(facts({ task: 'depth', scene: undefined, colours }));
    await assembly.add({ id: '1', name: 'room.png', width, height }, { task: 'depth', result });
    return (await unzip(await assembly.finish(false))).get('room-depth.png');
  };
  const panel = await writeDepthFile({
    format: 'colours',
    depth,
    size: { width, height },
    colormap: 'gray',
    low: 2.75,
    high: 1,
    contour: 0.5,
  });
  expect(await pictureWith(0.5)).toEqual(panel);
  expect(await pictureWith(0)).not.toEqual(panel);
});

const found = (probability: readonly number[]): ReferResult => ({
  width: 2,
  height: 1,
  probability: Float32Array.from(probability),
  area: probability.filter((value) => value > 0.5).length / 2,
  tokens: [],
  words: [],
  cut: [],
  maps: [],
  timings: [],
});

test('find: masks at the size of the photo as the user left them, and one COCO file with a category per name', async () => {
  const assembly = createAssembly(facts({ task: 'refer', prompts: ['the red box', 'the door'] }));
  const [a, b] = [
    { id: '1', name: 'a.png', width: 4, height: 2 },
    { id: '2', name: 'b.png', width: 2, height: 1 },
  ] as const;
  const box = plainMask('the red box');
  const crate = {
    ...box,
    threshold: 0.95,
    name: 'crate',
    strokes: [{ erase: false, radius: 0.4, points: [1.5, 0.5] }],
  };
  await assembly.add(a, { task: 'refer', result: found([0.9, 0.1]), mask: box });
  await assembly.add(a, { task: 'refer', result: found([0.9, 0.9]), mask: plainMask('the door') });
  await assembly.add(b, { task: 'refer', result: found([0.9, 0.1]), mask: crate });
  await assembly.add(b, { task: 'refer', result: found([0.2, 0.3]), mask: plainMask('the door') });
  const files = await unzip(await assembly.finish(false));
  expect([...files.keys()]).toEqual([
    'a-the-red-box.png',
    'a-the-door.png',
    'b-crate.png',
    'b-the-door.png',
    'masks.coco.json',
    'figures.csv',
    'batch.json',
  ]);
  const pixels = async (name: string) => [...(await sharp(files.get(name)).toColourspace('b-w').raw().toBuffer())];
  expect(await pixels('a-the-red-box.png')).toEqual([255, 255, 0, 0, 255, 255, 0, 0]);
  expect(await pixels('b-crate.png')).toEqual([0, 255]);
  const coco = JSON.parse(text(files.get('masks.coco.json')));
  expect(coco.images).toEqual([
    { id: 1, file_name: 'a.png', width: 4, height: 2 },
    { id: 2, file_name: 'b.png', width: 2, height: 1 },
  ]);
  expect(coco.categories.map(({ name }: { name: string }) => name)).toEqual(['the red box', 'the door', 'crate']);
  const plain = { threshold: 0.5, edited: false };
  expect(coco.annotations).toMatchObject([
    { image_id: 1, category_id: 1, area: 4, bbox: [0, 0, 2, 2], attributes: { prompt: 'the red box', ...plain } },
    { image_id: 1, category_id: 2, area: 8, attributes: { prompt: 'the door', ...plain } },
    {
      image_id: 2,
      category_id: 3,
      area: 1,
      bbox: [1, 0, 1, 1],
      attributes: { prompt: 'the red box', threshold: 0.95, edited: true },
    },
  ]);
  expect(text(files.get('figures.csv')).split('\r\n')).toEqual([
    'photo,files,prompt,name,threshold,edited,area,seconds',
    'a.png,a-the-red-box,the red box,the red box,0.5,no,0.5,',
    'a.png,a-the-door,the door,the door,0.5,no,1,',
    'b.png,b-crate,the red box,crate,0.95,yes,0.5,',
    'b.png,b-the-door,the door,the door,0.5,no,0,',
    '',
  ]);
});

test('depth and classes have the size of a photo that is larger than its results', async () => {
  const colours = { colormap: 'gray', invert: false, range: { kind: 'whole' }, contour: 0 } as const;
  const assembly = createAssembly(facts({ task: 'session', colours }));
  const photo = { id: '1', name: 'a.png', width: 4, height: 2 };
  const result: DepthResult = { width: 2, height: 1, metres: Float32Array.of(2, 4), min: 2, max: 4, timings };
  const labels = Uint8Array.of(2, 1);
  await assembly.add(photo, { task: 'depth', result });
  await assembly.add(photo, {
    task: 'segment',
    result: { width: 2, height: 1, labels, present: [], maps: [], timings },
  });
  const files = await unzip(await assembly.finish(false));
  const npy = readNpy(files.get('a-depth.npy') ?? new Uint8Array(), '');
  expect(npy.shape).toEqual([2, 4]);
  expect([...npy.data]).toEqual([2, 2.5, 3.5, 4, 2, 2.5, 3.5, 4]);
  const mm = await decodePngSamples(files.get('a-depth-mm.png') ?? new Uint8Array(), '');
  expect([...mm.data]).toEqual([2000, 2500, 3500, 4000, 2000, 2500, 3500, 4000]);
  const classes = await decodePngSamples(files.get('a-classes.png') ?? new Uint8Array(), '');
  expect([...classes.data]).toEqual([2, 2, 1, 1, 2, 2, 1, 1]);
});

test('everything in the session: no file replaces another, whatever masks are called', async () => {
  const colours = { colormap: 'gray', invert: false, range: { kind: 'whole' }, contour: 0 } as const;
  const assembly = createAssembly(facts({ task: 'session', colours }));
  const photo = { id: '1', name: 'a.png', width: 1, height: 1 };
  const result: DepthResult = { width: 1, height: 1, metres: Float32Array.of(2), min: 2, max: 2, timings };
  const classes = {
    width: 1,
    height: 1,
    labels: Uint8Array.of(2),
    present: [{ index: 2, name: 'sky', area: 1 }],
    maps: [],
    timings,
  };
  await assembly.add(photo, { task: 'depth', result });
  await assembly.add(photo, { task: 'depth', result, scene: 'living_room' });
  for (const name of ['depth', 'depth mm', 'classes'])
    await assembly.add(photo, { task: 'refer', result: found([0.9, 0.9]), mask: { ...plainMask('box'), name } });
  await assembly.add(photo, { task: 'segment', result: classes, model: 'other' });
  const files = await unzip(await assembly.finish(false));
  expect([...files.keys()]).toEqual([
    'a-depth-mm.png',
    'a-depth.npy',
    'a-depth.png',
    'a-living-room-depth-mm.png',
    'a-living-room-depth.npy',
    'a-living-room-depth.png',
    'a-depth (2).png',
    'a-depth-mm (2).png',
    'a-classes.png',
    'a-classes (2).png',
    'a-classes (2).json',
    'masks.coco.json',
    'figures.csv',
    'batch.json',
  ]);
  expect(JSON.parse(text(files.get('a-classes (2).json')))).toEqual({
    pixel: 'index of the class',
    model: 'other',
    classes: [{ index: 2, name: 'sky' }],
  });
  const [header, depthLine] = text(files.get('figures.csv')).split('\r\n');
  expect(header).toBe('photo,files,min_m,median_m,max_m,seconds,prompt,name,threshold,edited,area,class sky,model');
  expect(depthLine, 'depth has no area of a class').toBe('a.png,a,2,2,2,1.5,,,,,,,');
});

test('classes: an index picture, the names of the indices, and a column per class', async () => {
  const one = (labels: Uint8Array, present: SegmentResult['present']): SegmentResult => ({
    width: 2,
    height: 2,
    labels,
    present,
    maps: [],
    timings: [],
  });
  const assembly = createAssembly(facts({ task: 'segment' }));
  const photo = { id: '1', name: 'a.png', width: 2, height: 2 };
  const wall = { index: 0, name: 'wall', area: 0.25 };
  await assembly.add(photo, {
    task: 'segment',
    result: one(Uint8Array.of(2, 2, 0, 2), [{ index: 2, name: 'bed', area: 0.75 }, wall]),
  });
  await assembly.add(
    { ...photo, id: '2' },
    {
      task: 'segment',
      result: one(new Uint8Array(4), [{ ...wall, area: 1 }]),
    },
  );
  const files = await unzip(await assembly.finish(false));
  const indices = await decodePngSamples(files.get('a-classes.png') ?? new Uint8Array(), 'a-classes.png');
  expect([...indices.data]).toEqual([2, 2, 0, 2]);
  const { classes } = JSON.parse(text(files.get('classes.json')));
  const { results } = JSON.parse(text(files.get('batch.json')));
  expect(results[0], 'no seconds without timings').not.toHaveProperty('seconds');
  expect(classes.map(({ index, name }: { index: number; name: string }) => [index, name])).toEqual([
    [0, 'wall'],
    [1, 'floor'],
    [2, 'bed'],
  ]);
  expect(text(files.get('figures.csv'))).toBe(
    'photo,files,class bed,class wall,seconds\r\na.png,a,0.75,0.25,\r\na.png,a (2),0,1,\r\n',
  );
});

test.each([
  ['a,b', '"a,b"'],
  ['c\nd', '"c\nd"'],
  ['Küche', 'Küche'],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@x', "'@x"],
  ['\t=x', "'\t=x"],
  ['\r=x', `"'\r=x"`],
  ['a=b', 'a=b'],
  [-1, '-1'],
])('the cell of %j is %j, which spreadsheets read as this text or number', (value, cell) => {
  expect(csvOf([{ photo: value, area: 1 }])).toBe(`\ufeffphoto,area\r\n${cell},1\r\n`);
});

test('classes with the same name share a column', () => {
  const present = [
    { index: 3, name: 'door', area: 0.5 },
    { index: 1, name: 'wall', area: 0.375 },
    { index: 7, name: 'door', area: 0.125 },
  ];
  const result = { width: 1, height: 1, labels: new Uint8Array(1), present, maps: [], timings: [] };
  expect(figuresOf({ task: 'segment', result })).toEqual({ 'class door': 0.625, 'class wall': 0.375 });
});
