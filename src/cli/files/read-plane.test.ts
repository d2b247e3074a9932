import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeNpy } from '../../image/formats/npy.ts';
import { readPlane } from './read-plane.ts';

test('a tensor from a file has the requested dimensions and finite values', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vpd-plane-'));
  const path = join(folder, 'a.npy');
  await writeFile(path, writeNpy(Float32Array.of(1, 2), [2]));
  expect(await readPlane(path, 2)).toEqual({ dims: [1, 2], data: Float32Array.of(1, 2) });
  await writeFile(path, writeNpy(Float32Array.of(1, 2), [1, 1, 2]));
  expect((await readPlane(path, 2)).dims).toEqual([1, 2]);
  await writeFile(path, writeNpy(Float32Array.of(1, 2), [2, 1, 1]));
  await expect(readPlane(path, 2)).rejects.toThrow(`${path} has 3 dimensions where at most 2 were expected.`);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    await writeFile(path, writeNpy(Float32Array.of(1, value), [2]));
    await expect(readPlane(path, 2)).rejects.toThrow(`${path} holds NaN or infinite values; give a tensor`);
  }
  await rm(folder, { recursive: true });
});
