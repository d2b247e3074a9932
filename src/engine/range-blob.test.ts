import { expect, test } from 'vitest';
import { RangeBlob } from './range-blob.ts';

const blob = new RangeBlob(new Blob([Uint8Array.from({ length: 100 }, (_, i) => i)]));

test('a range is read as one chunk, and a range of a range counts from its start', async () => {
  const reader = blob.slice(10, 40).slice(2, 5).stream().getReader();
  expect((await reader.read()).value).toEqual(Uint8Array.of(12, 13, 14));
  expect((await reader.read()).done).toBe(true);
});

test('an empty range ends without a chunk that a reader would wait for', async () => {
  const bytes = await new Response(blob.slice(7, 7).stream()).arrayBuffer();
  expect(bytes.byteLength).toBe(0);
});

test('no BYOB reader can be made, so ORT uses an ordinary one', () => {
  expect(() => blob.slice(0, 8).stream().getReader({ mode: 'byob' })).toThrow(TypeError);
});

test('it is a Blob, which ORT tests, of the same size', () => {
  expect(blob).toBeInstanceOf(Blob);
  expect(blob.slice(90).size).toBe(10);
});
