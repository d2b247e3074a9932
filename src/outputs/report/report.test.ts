/** A report is read as it was written; other files are refused with an error. */
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../app/persistence/snapshot.ts';
import { createAppStore } from '../../app/store.ts';
import { decodeImage } from '../../cli/decode-node.ts';
import type { ReferResult } from '../../engine/results.ts';
import { decodeRle, rleFromString } from '../../image/masks/mask.ts';
import { EMBEDDED_WORKING } from '../../tasks/depth/lens.ts';
import { DEPTH_VIEW } from '../../tasks/depth/view.ts';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import { changedFile } from '../../testing/changed-file.ts';
import { rangeBlob } from '../../weights/range-blob.ts';
import { zip as zipOf } from '../../weights/testing/hostile-files.ts';
import { readZip } from '../../weights/zip/read-zip.ts';
import { base64Length, blobFromBase64, blobToBase64 } from '../base64.ts';
import { createZip, jsonBytes } from '../zip.ts';
import { DATA_MARK, parseRecord, type ReportRecord } from './format.ts';
import { REPORT_LIMITS, type ReportSize } from './limits.ts';
import { PAGE_TAIL } from './page.ts';
import type { Codec } from './pictures.ts';
import type { ReportContents } from './protocol.ts';
import { readReport } from './read.ts';
import { createReport } from './write.ts';

const codec: Codec = {
  decode: async (file, name) => (await decodeImage(file, name)).image,
  async jpeg({ width, height, data }) {
    return new Uint8Array(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .jpeg()
        .toBuffer(),
    );
  },
};

const WORDS = { noun: 'a report', wayOut: 'Save it again.' };
const [WIDTH, HEIGHT] = [6, 4];
const EVIL = `</a><script>alert("1")</script><img src=x onerror='alert(2)'>`;
const ramp = (length: number, scale: number) => Float32Array.from({ length }, (_, i) => (i + 0.1) * scale);
const timings = [{ stage: 'depth', ms: 12.5, cached: false }] as const;

function maps(tokens: number) {
  return [{ level: 1, tokens, width: 3, height: 2, coverX: 1, coverY: 0.75, data: ramp(tokens * 6, 0.01) }];
}

async function contents(): Promise<ReportContents> {
  const photo = await sharp(Buffer.from(ramp(WIDTH * HEIGHT * 3, 1)), {
    raw: { width: WIDTH, height: HEIGHT, channels: 3 },
  })
    .png()
    .toBuffer();
  const masks = changeMask(addMask(NO_MASKS, EVIL), EVIL, {
    name: `name ${EVIL}`,
    threshold: 0.3,
    strokes: [{ erase: false, radius: 1, points: [5.5, 3.5] }],
  });
  const name = `${EVIL}.png`;
  const item = {
    id: 'photo-1',
    name,
    source: 'user',
    state: 'ready',
    url: undefined,
    width: WIDTH,
    height: HEIGHT,
  } as const;
  const store = createAppStore({
    photos: [{ ...item, prompts: [] }],
    selected: 'photo-1',
    task: 'refer',
    prompt: EVIL,
    draft: EVIL,
    masks: { 'photo-1': masks },
  });
  const metres = ramp(WIDTH * HEIGHT, 0.25);
  const probability = ramp(WIDTH * HEIGHT, 0.04).map((value) => Math.min(1, value));
  const area = probability.filter((value) => value > 0.5).length / probability.length;
  const token = (text: string, kind: 'start' | 'word' | 'end', word: number) => ({
    text,
    id: 3,
    kind,
    word,
    known: true,
  });
  const labels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i < 6 ? 4 : 1));
  const size = { width: WIDTH, height: HEIGHT };
  return {
    facts: {
      made: '2026-01-02T03:04:05.000Z',
      pack: { name: `tiny ${EVIL}`, hash: 'ab'.repeat(32), family: 'vpd', weights: 'q8', licence: 'MIT' },
      device: { backend: 'wasm', reason: 'no WebGPU', adapter: undefined },
    },
    snapshot: takeSnapshot(store.getState()),
    photos: [
      {
        id: 'photo-1',
        name,
        ...size,
        file: new Blob([new Uint8Array(photo)], { type: 'image/png' }),
        answers: [
          {
            task: 'depth',
            scene: undefined,
            pack: { name: 'other', hash: 'cd' },
            result: { ...size, metres, min: metres[0] ?? 0, max: metres.at(-1) ?? 0, timings },
          },
          {
            task: 'refer',
            prompt: EVIL,
            result: {
              ...size,
              probability,
              area,
              absence: 0.25,
              zeroShot: true,
              tokens: [token('', 'start', -1), token('red', 'word', 0), token('', 'end', -1)],
              words: [{ text: 'crimson', tokens: [1], known: true, readAs: 'red' }],
              cut: ['box'],
              maps: maps(3),
              timings,
            },
          },
          {
            task: 'segment',
            result: {
              ...size,
              labels,
              present: [
                { index: 1, name: 'floor', area: 0.75 },
                { index: 4, name: EVIL, area: 0.25 },
              ],
              maps: maps(5),
              timings,
            },
          },
        ],
      },
    ],
  };
}

let written: ReportContents;
let report: Blob;
let page: string;
beforeAll(async () => {
  written = await contents();
  const writer = createReport({ ...written, working: EMBEDDED_WORKING }, codec);
  for (const photo of written.photos) await writer.add(photo);
  report = await writer.finish();
  page = await report.text();
});

test('a report is read as it was written', async () => {
  const found = await readReport(report, 'room.html');
  expect(found.facts).toEqual(written.facts);
  expect(JSON.stringify(found.snapshot)).toBe(JSON.stringify(written.snapshot));
  const [before] = written.photos;
  const [after] = found.photos;
  expect(after?.answers).toEqual(before?.answers);
  expect(after?.name).toBe(before?.name);
  expect(await after?.file.bytes?.()).toEqual(await before?.file.bytes?.());
  expect(after?.file.type).toBe('image/png');
});

test('the results of several photos are read, each with its photo', async () => {
  const [photo] = written.photos;
  if (!photo) throw new Error('The report has no photo.');
  const both = [photo, { ...photo, id: 'photo-2', name: '2.png', answers: photo.answers.slice(1) }];
  const writer = createReport({ ...written, working: EMBEDDED_WORKING }, codec);
  for (const each of both) await writer.add(each);
  const { photos } = await readReport(await writer.finish(), 'r.html');
  expect(photos.map(({ answers }) => answers)).toEqual(both.map(({ answers }) => answers));
});

test('the data are found wherever they begin in a long page', async () => {
  const before = page.slice(0, page.indexOf(DATA_MARK));
  const padding = ' '.repeat(2 ** 20 - 5 - new Blob([before]).size);
  const padded = new Blob([before, padding, page.slice(before.length)]);
  expect((await readReport(padded, 'r.html')).facts).toEqual(written.facts);
});

test('user input never becomes HTML, and nothing is fetched', () => {
  const before = page.slice(0, page.indexOf(DATA_MARK));
  expect(before).not.toMatch(/<script|onerror='/);
  expect(before).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(page).toContain(`content="default-src 'none'; img-src data:;`);
  expect(page.match(/(?:src|href)="(?!data:)/g)).toBeNull();
  expect(page.split(DATA_MARK)).toHaveLength(2);
});

test('the page names words that were read as others', () => {
  expect(page).toContain('Not in this model’s vocabulary, so read as words that it knows: “crimson” as “red”.');
});

describe('the field of view among the settings', () => {
  /** Returns the shown field of view for photos with these sizes of their depth. */
  async function shown(sizes: readonly (readonly [width: number, height: number, fov?: number])[], fov?: number) {
    const [photo] = written.photos;
    const answer = photo?.answers.find((each) => each.task === 'depth');
    if (!photo || answer?.task !== 'depth') throw new Error('The report has no depth.');
    const snapshot = { ...written.snapshot, depth: { ...DEPTH_VIEW, fov } };
    const writer = createReport({ ...written, snapshot, working: EMBEDDED_WORKING }, codec);
    for (const [width, height, photoFov] of sizes) {
      const metres = ramp(width * height, 0.01);
      const result = { ...answer.result, width, height, metres };
      await writer.add({ ...photo, fov: photoFov, answers: [{ ...answer, result }] });
    }
    if (sizes.length === 0) await writer.add({ ...photo, answers: [] });
    const text = await (await writer.finish()).text();
    return /<th scope="row">depth: fov<\/th><td>([^<]*)<\/td>/.exec(text)?.[1];
  }

  test('is the automatic one of the photos if the user chose none', async () => {
    expect(await shown([[8, 6]])).toBe('automatic, 63.3°');
    const several = [8, 6] as const;
    expect(await shown([several, [6, 8], several])).toBe('automatic, 49.6° to 63.3° by the photo’s shape and lens');
    expect(await shown([several, [8, 6, 70]])).toBe('automatic, 63.3° to 70° by the photo’s shape and lens');
    expect(await shown([])).toBe('automatic');
  });

  test('of 63°, which earlier versions always wrote, does not count as chosen', async () => {
    const snapshot = { ...written.snapshot, depth: { ...DEPTH_VIEW, fov: 63 } };
    const writer = createReport({ ...written, snapshot, working: EMBEDDED_WORKING }, codec);
    for (const photo of written.photos) await writer.add(photo);
    const found = await readReport(await writer.finish(), 'room.html');
    expect(found.snapshot.depth).toEqual(DEPTH_VIEW);
  });

  test('is the chosen one', async () => {
    expect(await shown([[8, 6]], 70)).toBe('70°');
  });
});

test('the masks in the data are those shown, including brush strokes', async () => {
  const zip = await readZip('report', await data(), WORDS);
  const [path = ''] = [...zip.keys()].filter((name) => name.endsWith('masks.coco.json'));
  const record = zip.get(path);
  const { annotations } = JSON.parse(new TextDecoder().decode(await record?.read(0, record.bytes)));
  const { size, counts } = annotations[0].segmentation;
  const [photo] = written.photos;
  const answer = photo?.answers.find((each) => each.task === 'refer');
  const item = written.snapshot.masks['photo-1']?.items[0];
  if (answer?.task !== 'refer' || !item) throw new Error('The report has no mask.');
  const { mask } = shapeOf(answer.result, item);
  expect(decodeRle({ size, counts: rleFromString(counts) })).toEqual(mask);
  expect(mask.at(-1)).toBe(1);
});

test('base64 of every length is decoded, and only base64 is accepted', async () => {
  for (const length of [0, 1, 2, 3, 24_575, 24_576, 24_577]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    const text = new Blob([...(await blobToBase64(new Blob([bytes])))]);
    expect(await text.text()).toBe(Buffer.from(bytes).toString('base64'));
    expect(new Uint8Array(await (await blobFromBase64(text, 'f')).arrayBuffer())).toEqual(bytes);
  }
  // Two slices of text, of which the second is complete and ends in padding.
  const long = new Uint8Array(6 * 2 ** 20 - 1).map((_, i) => i % 251);
  const pieces = await blobToBase64(new Blob([long]));
  expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(base64Length(long.length));
  const read = new Uint8Array(await (await blobFromBase64(new Blob([...pieces]), 'f')).arrayBuffer());
  expect(Buffer.compare(read, long)).toBe(0);
  for (const bad of ['AAA', 'AA A', 'AA==AAAA', 'A"AA', 'ÄAAA'])
    await expect(blobFromBase64(new Blob([bad]), 'room.html'), bad).rejects.toThrow(
      'room.html is damaged or cut short: its data are not base64. Save it again.',
    );
});

describe('with other results', () => {
  /** Writes a report with masks of these prompts and the classes of the first photo, and reads it. */
  async function withMasks(prompts: readonly string[], change: Partial<ReferResult> = {}, snapshot = written.snapshot) {
    const [photo] = written.photos;
    const masked = photo?.answers.find((each) => each.task === 'refer');
    const classes = photo?.answers.find((each) => each.task === 'segment');
    if (!photo || masked?.task !== 'refer' || !classes) throw new Error('The report has no mask.');
    const answers = prompts.map((prompt, i) => {
      const probability = ramp(WIDTH * HEIGHT, 0.01 * (i + 1));
      const area = probability.filter((value) => value > 0.5).length / probability.length;
      return { ...masked, prompt, result: { ...masked.result, probability, area, ...change } };
    });
    const writer = createReport({ ...written, snapshot, working: EMBEDDED_WORKING }, codec);
    const wanted = [...answers, classes];
    await writer.add({ ...photo, answers: wanted });
    const file = await writer.finish();
    const read = await readReport(file, 'r.html');
    return { wanted, found: read.photos[0]?.answers, page: await file.text() };
  }

  test.each([
    ['that differ by a dot', ['the red box', 'the red box.']],
    ['with equal first 40 characters', [`${'a'.repeat(40)} left`, `${'a'.repeat(40)} right`]],
    ['with the name of the classes’ file', ['classes']],
    ['of maximum length', ['a '.repeat(1000).trim()]],
  ])('prompts %s are each read', async (_, prompts) => {
    const { wanted, found } = await withMasks(prompts);
    expect(found).toEqual(wanted);
  });

  test('any number of words that were not read is kept', async () => {
    const { wanted, found } = await withMasks(['box'], { cut: Array.from({ length: 1999 }, () => '!') });
    expect(found).toEqual(wanted);
  });

  test('a prompt with an empty mask is reported', async () => {
    const { page: without } = await withMasks([EVIL], { probability: new Float32Array(WIDTH * HEIGHT), area: 0 });
    expect(page).not.toContain('Nothing found');
    expect(without, 'a mask with brush strokes').not.toContain('Nothing found');
    const snapshot = { ...written.snapshot, masks: { 'photo-1': addMask(NO_MASKS, 'box') } };
    const { page: empty } = await withMasks(
      ['box'],
      { probability: new Float32Array(WIDTH * HEIGHT), area: 0 },
      snapshot,
    );
    expect(empty).toContain('<p>Nothing found for “box” above 0.50.</p>');
    const strokes = [{ erase: true, radius: 10 * WIDTH, points: [0, 0] }];
    const masks = { 'photo-1': changeMask(addMask(NO_MASKS, 'box'), 'box', { strokes }) };
    const { page: erased } = await withMasks(
      ['box'],
      { probability: new Float32Array(WIDTH * HEIGHT).fill(0.9), area: 1 },
      { ...written.snapshot, masks },
    );
    expect(erased).not.toContain('Nothing found');
    expect(erased).toContain('<p>Nothing is left of “box”: all of it was removed by the brush or as specks.</p>');
  });

  test('a hidden class is marked', async () => {
    const hidden = /<b>floor<\/b> <span class="figure">75.0 %<\/span> <span class="quiet">hidden<\/span>/;
    expect(page).not.toMatch(hidden);
    const { segment } = written.snapshot;
    const { page: changed } = await withMasks(
      [],
      {},
      { ...written.snapshot, segment: { ...segment, hidden: ['floor'] } },
    );
    expect(changed).toMatch(hidden);
  });

  test('results without timings have no timing table', async () => {
    const times = (text: string) => text.split('<summary>Timing</summary>').length - 1;
    expect(times(page)).toBe(3);
    const { page: without } = await withMasks([EVIL], { timings: [] });
    expect(times(without)).toBe(1);
  });
});

describe('a report that could not be read is not written', () => {
  /** Returns the same photo under other ids. */
  const photos = (count: number) => {
    const [photo] = written.photos;
    if (!photo) throw new Error('The report has no photo.');
    return Array.from({ length: count }, (_, i) => ({ ...photo, id: `photo-${i + 1}`, name: `${i + 1}.png` }));
  };
  async function saved(limits: Partial<ReportSize>, count: number): Promise<Blob> {
    const start = { ...written, working: EMBEDDED_WORKING };
    const writer = createReport(start, codec, { ...REPORT_LIMITS, ...limits });
    for (const photo of photos(count)) await writer.add(photo);
    return writer.finish();
  }

  test('because of its number of results', async () => {
    await saved({ results: 6 }, 2);
    await expect(saved({ results: 6 }, 3)).rejects.toMatchObject({
      code: 'bad-request',
      message:
        'With 3.png the report would have 9 results, but at most 6 can be opened. The 2 photos before it fit: remove others from the strip, or save the selected photo alone.',
    });
    await expect(saved({ results: 3 }, 2)).rejects.toThrow(/\. The photo before it fits: remove/);
    await expect(saved({ results: 2 }, 1)).rejects.toThrow(/opened\. Delete masks that you no longer need, and save/);
  });

  test.each(['file', 'unpacked', 'record'] as const)('because of the size of: %s', async (limit) => {
    const file = await saved({}, 3);
    const records = await readZip('report', await data(await file.text()), WORDS);
    const real = {
      file: file.size,
      unpacked: [...records.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      record: records.get('report.json')?.bytes ?? 0,
    };
    await expect(saved({ [limit]: real[limit] - 1 }, 3)).rejects.toThrow(
      /^With [123]\.png the report would .* can be opened/,
    );
    await expect(saved({ [limit]: real[limit] + 20_000 }, 3)).resolves.toBeInstanceOf(Blob);
  });

  test('the limits allow for more photos and results than a session has', async () => {
    const record = await recordOf(page);
    const [photo] = record.photos;
    const [result] = record.results;
    const many = {
      ...record,
      photos: Array.from({ length: 2000 }, () => photo),
      results: Array.from({ length: REPORT_LIMITS.results }, () => result),
    };
    const read = parseRecord(JSON.stringify(many), 'r.html');
    expect([read.photos.length, read.results.length]).toEqual([2000, 5000]);
  });
});

test('photos that were removed before they were written are not in the snapshot', async () => {
  const photos = ['photo-1', 'photo-2'].map((id) => ({ id, name: `${id}.png`, source: 'user' }) as const);
  const masks = { ...written.snapshot.masks, 'photo-2': addMask(NO_MASKS, 'deleted words') };
  const snapshot = { ...written.snapshot, photos, masks, selected: 'photo-2' };
  const writer = createReport({ ...written, snapshot, working: EMBEDDED_WORKING }, codec);
  for (const photo of written.photos) await writer.add(photo);
  const found = await readReport(await writer.finish(), 'r.html');
  expect(found.snapshot.photos.map(({ id }) => id)).toEqual(['photo-1']);
  expect(found.snapshot.selected).toBe('photo-1');
  expect(Object.keys(found.snapshot.masks)).toEqual(['photo-1']);
});

/** Reads `report.json` of a report. */
async function recordOf(text: string): Promise<ReportRecord> {
  const record = (await readZip('report', await data(text), WORDS)).get('report.json');
  return JSON.parse(new TextDecoder().decode(await record?.read(0, record.bytes)));
}

/** Returns the ZIP of a report. */
async function data(text = page): Promise<Blob> {
  return blobFromBase64(new Blob([text.slice(text.indexOf(DATA_MARK) + DATA_MARK.length, -PAGE_TAIL.length)]), 'f');
}

/** Returns the report with a changed record and changed files. */
async function changed(
  change: (record: ReportRecord) => unknown,
  files: Readonly<Record<string, Uint8Array | undefined>> = {},
): Promise<Blob> {
  const before = await readZip('report', await data(), WORDS);
  const zip = createZip();
  for (const [name, record] of before) {
    const bytes = await record.read(0, record.bytes);
    if (name === 'report.json') await zip.add(name, jsonBytes(change(JSON.parse(new TextDecoder().decode(bytes)))));
    else if (!(name in files)) await zip.add(name, bytes);
    else if (files[name]) await zip.add(name, files[name]);
  }
  return around(await zip.close());
}
const around = async (zip: Blob) =>
  new Blob([page.slice(0, page.indexOf(DATA_MARK)), DATA_MARK, ...(await blobToBase64(zip)), PAGE_TAIL]);

const same = (record: ReportRecord) => record;
const withResult = (at: number, change: object) => (record: ReportRecord) => ({
  ...record,
  results: record.results.map((result, i) => (i === at ? { ...result, ...change } : result)),
});
const folder = (record: ReportRecord) => record.photos[0]?.file.split('/')[0] ?? '';

describe('refused', () => {
  const cases: readonly (readonly [string, () => Promise<Blob> | Blob, RegExp])[] = [
    ['an empty file', () => new Blob([]), /^r\.html is not a report of this page: /],
    ['another page', () => new Blob(['<!doctype html><title>News</title>']), /is not a report of this page: /],
    [
      'a file that is too large',
      () => rangeBlob(2 ** 30 + 1, () => Promise.reject(new Error('It was read.'))),
      /^r\.html has 1073741825 bytes; reports of at most 1073741824 are read\.$/,
    ],
    [
      'the generator mark alone, in a file that is no report',
      () => new Blob([`x<meta name="generator" content="VPD Workbench report 1">${DATA_MARK}AAAA${PAGE_TAIL}`]),
      /is not a report/,
    ],
    [
      'another version of the page',
      () => new Blob([page.replace('VPD Workbench report 1', 'VPD Workbench report 12')]),
      /^r\.html is a report of version 12 and this page reads 1\. Open it with/,
    ],
    [
      'another version of the record',
      () => changed((record) => ({ ...record, version: 2 })),
      /^r\.html is a report of version 2 and/,
    ],
    [
      'cut before its data',
      () => report.slice(0, 4000),
      /^r\.html is damaged or cut short: its data are missing\. Save/,
    ],
    [
      'cut within its data',
      () => report.slice(0, report.size - 900),
      /^r\.html is damaged or cut short: its data are missing/,
    ],
    [
      'data that are no ZIP',
      () => around(new Blob([new Uint8Array(300)])),
      /^r\.html is not a report or is damaged: its zip directory is truncated or inconsistent\. Save the report again\.$/,
    ],
    [
      'a record of which a byte has changed',
      () => around(new Blob([zipOf([{ name: 'report.json', data: '{}', crc: 1 }])])),
      /^r\.html: record report\.json is damaged: its checksum is wrong\. Save the report again\.$/,
    ],
    [
      'without a record',
      () => around(new Blob([Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64')])),
      /report\.json is not in it/,
    ],
    [
      'a record that is no JSON',
      async () => {
        const zip = createZip();
        await zip.add('report.json', new TextEncoder().encode('{'));
        return around(await zip.close());
      },
      /^r\.html is damaged: its report\.json is not JSON\./,
    ],
    [
      'a foreign session',
      () => changed((record) => ({ ...record, snapshot: { version: 9 } })),
      /^report\.json of r\.html holds a session of version 9/,
    ],
    ['no session', () => changed(({ snapshot: _, ...record }) => record), /^report\.json of r\.html is malformed at/],
    [
      'a task of another kind',
      () => changed(withResult(0, { task: 'speech' })),
      /report\.json of r\.html is malformed at results\.0\.task/,
    ],
    [
      'a plane that is larger than allowed',
      () => changed(withResult(0, { width: 100_000 })),
      /report\.json of r\.html is malformed at results\.0\.width/,
    ],
    [
      'arrays of another size',
      () => changed(withResult(0, { width: 7 })),
      /depth\.npy holds float32 of the shape \(4, 6\) where float32 of \(4, 7\) was expected/,
    ],
    [
      'arrays of another type',
      () => changed((record) => withResult(0, { metres: `${folder(record)}/classes.npy` })(record)),
      /classes\.npy holds uint8 of the shape \(4, 6\) where float32 of \(4, 6\) was expected/,
    ],
    [
      'an array that is not there',
      () => changed(withResult(0, { metres: 'gone.npy' })),
      /cut short: gone\.npy is not in it/,
    ],
    [
      'one array for many results',
      () => changed((record) => ({ ...record, results: Array.from({ length: 900 }, () => record.results[0]) })),
      /cut short: .*depth\.npy is named twice\. Save/,
    ],
    [
      'one photo many times',
      () => changed((record) => ({ ...record, photos: Array.from({ length: 400 }, () => record.photos[0]) })),
      /cut short: .* is named twice\. Save/,
    ],
    [
      'a path out of the archive',
      () => changed(withResult(0, { metres: '../../etc/passwd' })),
      /etc\/passwd is not in it/,
    ],
  ];
  test.each(cases)('%s', async (_, file, message) => {
    await expect(readReport(await file(), 'r.html')).rejects.toThrow(message);
  });

  test('arrays that unpack to more than their shape', async () => {
    const path = [...(await readZip('r', await data(), WORDS)).keys()].find((name) => name.endsWith('depth.npy')) ?? '';
    const bomb = await changed(same, { [path]: new Uint8Array(50_000_000) });
    expect(bomb.size).toBeLessThan(1_000_000);
    await expect(readReport(bomb, 'r.html')).rejects.toThrow(
      /depth\.npy claims 50000000 bytes; at most 1120 are unpacked\./,
    );
  });

  test('a directory that claims less than what unpacks', async () => {
    const zip = new Uint8Array(await (await data()).arrayBuffer());
    const view = new DataView(zip.buffer);
    for (let at = 0; at < zip.length - 4; at++)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, view.getUint32(at + 24, true) - 1, true);
    await expect(readReport(await around(new Blob([zip])), 'r.html')).rejects.toThrow(
      /inflates to more than|reaches|stored and deflated/,
    );
  });
});

test('a report that was changed after it was picked is refused', async () => {
  await expect(readReport(await changedFile('room.html'), 'room.html')).rejects.toMatchObject({
    code: 'bad-file',
    message: 'room.html cannot be read: it was moved or changed, or it is a folder. Add it again.',
  });
});

test('figures are computed again from the arrays', async () => {
  const liar = await changed((record) => ({
    ...record,
    results: record.results.map((result) => ({ ...result, min: -5, max: 1e9, area: 7, present: [] })),
  }));
  const { photos } = await readReport(liar, 'r.html');
  expect(photos[0]?.answers).toEqual(written.photos[0]?.answers);
});
