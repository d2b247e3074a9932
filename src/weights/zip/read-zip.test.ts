import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { zip } from '../testing/hostile-files.ts';
import { readZip } from './read-zip.ts';

const WORDS = { noun: 'a checkpoint', wayOut: 'Download the file again.' };
const BYTES = 100_000;
const NAMES = ['a', 'b', 'c'];
const filled = (value: number) => new Uint8Array(BYTES).fill(value);

/** Makes a deflated archive that counts how often a record is inflated. */
function archive() {
  const blob = new Blob([zip(NAMES.map((name, i) => ({ name, data: filled(i + 1), deflate: true })))]);
  let inflated = 0;
  const slice = blob.slice.bind(blob);
  // Slices of headers have only some hundred bytes.
  blob.slice = (start = 0, end = blob.size, type) => {
    if (end - start >= BYTES) inflated++;
    return slice(start, end, type);
  };
  return { blob, inflated: () => inflated };
}

test('only the last record read from a deflated archive is kept in memory', async () => {
  const { blob, inflated } = archive();
  const records = await readZip('w', blob, WORDS);
  const read = async (name: string, at: number) => [...((await records.get(name)?.read(at, at + 2)) ?? [])];
  expect(await read('a', 0)).toEqual([1, 1]);
  expect(await read('a', BYTES - 2)).toEqual([1, 1]);
  expect(inflated(), 'two parts of one record').toBe(1);
  expect(await read('b', 10)).toEqual([2, 2]);
  expect(await read('a', 10)).toEqual([1, 1]);
  expect(inflated(), 'the second replaced the first').toBe(3);
});

test('records that are read concurrently are not mixed up', async () => {
  const records = await readZip('w', archive().blob, WORDS);
  const parts = await Promise.all(NAMES.map((name) => records.get(name)?.read(5, 7)));
  expect(parts.map((part) => [...(part ?? [])])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('a read after a cancelled read succeeds', async () => {
  const records = await readZip('w', archive().blob, WORDS);
  await expect(records.get('a')?.read(0, 2, AbortSignal.abort())).rejects.toThrow('Cancelled.');
  expect([...((await records.get('a')?.read(0, 2)) ?? [])]).toEqual([1, 1]);
});

test.each([true, false])(
  'a wrong checksum is noticed where all of a record is read (deflated: %s)',
  async (deflate) => {
    const data = filled(7);
    const crc = crc32(data);
    const read = async (claimed: number) => {
      const record = (await readZip('w', new Blob([zip([{ name: 'a', data, deflate, crc: claimed }])]), WORDS)).get(
        'a',
      );
      if (!record) throw new Error('no record');
      for await (const _ of record.stream());
      return (await record.read(0, BYTES)).length;
    };
    expect(await read(crc)).toBe(BYTES);
    expect(await read(0), 'it was not computed').toBe(BYTES);
    await expect(read(crc ^ 1)).rejects.toThrow(
      'w: record a is damaged: its checksum is wrong. Download the file again.',
    );
  },
);

test('a wrong checksum is noticed where a record is read in parts that follow each other, and never alleged elsewhere', async () => {
  const data = Uint8Array.from({ length: BYTES }, (_, i) => i % 251);
  const recordOf = async (crc: number) =>
    (await readZip('w', new Blob([zip([{ name: 'a', data, crc }])]), WORDS)).get('a');
  const parts = async (crc: number, ...ends: readonly number[]) => {
    const record = await recordOf(crc);
    for (const [i, end] of ends.entries()) await record?.read(ends[i - 1] ?? 0, end);
  };
  const [right, wrong] = [crc32(data), crc32(data) ^ 1];
  const damage = 'w: record a is damaged: its checksum is wrong. Download the file again.';
  await expect(parts(wrong, 7, 40_000, BYTES)).rejects.toThrow(damage);
  await expect(parts(wrong, BYTES)).rejects.toThrow(damage);
  await parts(wrong, 7, 40_000);
  await parts(right, 7, 40_000, BYTES);

  const record = await recordOf(right);
  const spans = [
    [0, 50],
    [10, 60],
    [50, 100],
    [0, 30],
    [50, BYTES],
    [30, 50],
    [50, 90],
    [90, BYTES],
    [0, BYTES],
    [3, BYTES],
  ] as const;
  await Promise.all(spans.map(([start, end]) => record?.read(start, end)));
  for (const [start, end] of spans) await record?.read(start, end);
});

/** Opens an archive of these records, and reads bytes of the first. */
async function readFirst(archive: Uint8Array<ArrayBuffer>, start: number, end: number): Promise<readonly number[]> {
  const [record] = (await readZip('w', new Blob([archive]), WORDS)).values();
  if (!record) throw new Error('no record');
  return [...(await record.read(start, end))];
}
const SOME = { name: 'a', data: Uint8Array.of(1, 2, 3) };

test('folders are not records, and every record has a name of its own', async () => {
  const records = await readZip(
    'w',
    new Blob([
      zip([
        { name: 'd/', data: '' },
        { ...SOME, name: 'd/a' },
      ]),
    ]),
    WORDS,
  );
  expect([...records.keys()]).toEqual(['d/a']);
  await expect(readZip('w', new Blob([zip([SOME, SOME])]), WORDS)).rejects.toThrow('w has two records named a.');
});

test.each([
  ['it is encrypted', zip([{ ...SOME, encrypted: true }]), 'w: record a is encrypted.'],
  [
    'it is stored, and its sizes differ',
    zip([{ ...SOME, claimed: 2 }]),
    'w: record a is compressed by method 0; only stored and deflated records are read.',
  ],
  [
    'its local header is elsewhere',
    zip([SOME]).map((byte, i) => (i === 3 ? 5 : byte)),
    'w: record a is not where the directory says.',
  ],
  [
    'its name in the local header is longer than the file',
    zip([SOME]).map((byte, i) => (i === 27 ? 255 : byte)),
    'w: record a reaches beyond the end of the file: it is truncated. Download the file again.',
  ],
])('a record cannot be read if %s', async (_, archive, message) => {
  await expect(readFirst(archive, 0, 2)).rejects.toThrow(message);
});

test('a part of a record is read without its checksum; nothing beyond it is read', async () => {
  const archive = zip([
    { ...SOME, crc: 7 },
    { name: 'b', data: 'secret' },
  ]);
  expect(await readFirst(archive, 1, 3)).toEqual([2, 3]);
  await expect(readFirst(archive, 0, 3)).rejects.toThrow('its checksum is wrong');
  await expect(readFirst(archive, 1, 4)).rejects.toThrow('w: record a has 3 bytes and byte 4 was asked for.');
  await expect(readFirst(archive, 3, 2)).rejects.toThrow('w: record a has 3 bytes and byte 2 was asked for.');
});
