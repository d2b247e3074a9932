import { expect, test } from 'vitest';
import { readRange } from './blob.ts';
import { rangeBlob } from './range-blob.ts';

const bytes = Uint8Array.from({ length: 10 }, (_, i) => i);
const plain = new Blob([bytes]);
const ranged = (length = 10) => rangeBlob(10, async (start, end) => bytes.slice(start, Math.min(end, length)));

test.each([
  [0, 10],
  [2, 5],
  [-3, 10],
  [-30, -8],
  [5, 2],
  [8, 99],
])('a slice from %i to %i is that of a Blob', async (from, to) => {
  const slice = ranged().slice(from, to);
  const expected = plain.slice(from, to);
  expect(slice.size).toBe(expected.size);
  expect(await slice.text()).toBe(await expected.text());
  expect(await slice.slice(1, -1).text()).toBe(await expected.slice(1, -1).text());
});

test('a stream ends where the source does, also if that has become shorter', async () => {
  for (const [blob, length] of [
    [ranged(), 10],
    [ranged(6), 6],
  ] as const)
    expect(await new Response(blob.stream()).arrayBuffer()).toHaveProperty('byteLength', length);
});

test('a file that has become shorter, or does not fit into memory', async () => {
  await expect(readRange(ranged(6), 2, 8, 'w')).rejects.toThrow(
    'w ends at byte 6, where bytes up to 8 were expected: the file is truncated. Download it again.',
  );
  const full = rangeBlob(10, () => Promise.reject(new RangeError('Array buffer allocation failed')));
  await expect(readRange(full, 0, 10, 'w')).rejects.toMatchObject({ code: 'no-memory' });
  await expect(readRange(plain, 0, 10, 'w', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
});
