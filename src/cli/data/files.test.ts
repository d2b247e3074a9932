import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fingerprints } from './files.ts';

const BYTES = 50_000_000;
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-files-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** Writes a file of zeros except for one byte. */
async function large(name: string, size: number, at: number): Promise<string> {
  const path = join(work, name);
  await writeFile(path, '');
  await truncate(path, size);
  const file = await open(path, 'r+');
  await file.write(Uint8Array.of(1), 0, 1, at);
  await file.close();
  return path;
}

test('fingerprints of large files depend on size, beginning, middle and end', async () => {
  const prints = new Set<string>();
  for (const [size, at] of [
    [BYTES, 0],
    [BYTES + 1, 0],
    [BYTES, BYTES / 3],
    [BYTES, (2 * BYTES) / 3],
    [BYTES, BYTES - 1],
  ] as const) {
    const path = await large('large', size, Math.floor(at));
    const print = await fingerprints([path]);
    expect(print).toBe(await fingerprints([await large('copy', size, Math.floor(at))]));
    prints.add(print);
  }
  expect(prints.size).toBe(5);
});

test('fingerprints depend on the order of files; duplicates are ignored', async () => {
  const [a, b] = [join(work, 'a'), join(work, 'b')];
  for (const path of [a, b]) await writeFile(path, path);
  const print = await fingerprints([a, b]);
  expect(await fingerprints([a, b, a])).toBe(print);
  expect(await fingerprints([b, a])).not.toBe(print);
  await expect(fingerprints([a, join(work, 'none')])).rejects.toThrow(
    `${join(work, 'none')} cannot be read; with --csv or --shard, the files of all photos must be there`,
  );
});
