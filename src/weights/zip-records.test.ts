import { expect, test } from 'vitest';
import { zip } from './testing/hostile-files.ts';
import { readZip } from './zip-records.ts';

const BYTES = 100_000;
const NAMES = ['a', 'b', 'c'];
const filled = (value: number) => new Uint8Array(BYTES).fill(value);

/** A deflated archive that counts how often a record is inflated. */
function archive() {
  const blob = new Blob([zip(NAMES.map((name, i) => ({ name, data: filled(i + 1), deflate: true })))]);
  let inflated = 0;
  const slice = blob.slice.bind(blob);
  // Headers are read by slices too, of some hundred bytes.
  blob.slice = (start = 0, end = blob.size, type) => {
    if (end - start >= BYTES) inflated++;
    return slice(start, end, type);
  };
  return { blob, inflated: () => inflated };
}

test('of a deflated archive, the record that was read last is held, and no other', async () => {
  const { blob, inflated } = archive();
  const records = await readZip('w', blob);
  const read = async (name: string, at: number) => [...((await records.get(name)?.read(at, at + 2)) ?? [])];
  expect(await read('a', 0)).toEqual([1, 1]);
  expect(await read('a', BYTES - 2)).toEqual([1, 1]);
  expect(inflated(), 'two parts of one record').toBe(1);
  expect(await read('b', 10)).toEqual([2, 2]);
  expect(await read('a', 10)).toEqual([1, 1]);
  expect(inflated(), 'the first was let go for the second').toBe(3);
});

test('records that are read at once do not mix', async () => {
  const records = await readZip('w', archive().blob);
  const parts = await Promise.all(NAMES.map((name) => records.get(name)?.read(5, 7)));
  expect(parts.map((part) => [...(part ?? [])])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

test('a read that was cancelled is no answer to the next', async () => {
  const records = await readZip('w', archive().blob);
  await expect(records.get('a')?.read(0, 2, AbortSignal.abort())).rejects.toThrow('Cancelled.');
  expect([...((await records.get('a')?.read(0, 2)) ?? [])]).toEqual([1, 1]);
});
