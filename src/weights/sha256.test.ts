import { expect, test } from 'vitest';
import { createSha256, sha256OfBlob, sha256OfWhole } from './sha256.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
/** FIPS 180-2, appendix B. */
const OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test('a hash so far does not end the hash, and a copy goes its own way', () => {
  const hash = createSha256();
  hash.update(bytes('ab'));
  const copy = hash.copy();
  copy.update(bytes('x'));
  const soFar = hash.soFar();
  expect(hash.soFar()).toBe(soFar);
  hash.update(bytes('c'));
  expect(hash.hex()).toBe(OF_ABC);
  expect(copy.hex()).not.toBe(OF_ABC);
});

test('a file is hashed whole or by chunks, with its progress', async () => {
  const blob = new Blob(['abc']);
  const seen: number[] = [];
  expect(await sha256OfBlob('a', blob, undefined, (count) => seen.push(count))).toBe(OF_ABC);
  expect(seen).toEqual([3]);
  expect(await sha256OfWhole(blob)).toBe(OF_ABC);
});
