import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFileBlob } from './file-blob.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-blob-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('openFileBlob', () => {
  it('slices as a Blob does', async () => {
    const path = join(folder, 'small');
    const content = Uint8Array.from({ length: 100 }, (_, i) => i);
    await writeFile(path, content);
    const ours = await openFileBlob(path);
    const real = new Blob([content]);
    for (const [from, to] of [[], [10], [10, 20], [-5], [-5, -2], [20, 10], [90, 1000], [0, 0]]) {
      const part = ours.slice(from, to);
      expect(part.size).toBe(real.slice(from, to).size);
      expect(await part.arrayBuffer()).toEqual(await real.slice(from, to).arrayBuffer());
    }
    expect(await ours.slice(10, 90).slice(5, 8).arrayBuffer()).toEqual(Uint8Array.of(15, 16, 17).buffer);
    expect(await new Response(ours.slice(1).stream()).arrayBuffer()).toEqual(content.slice(1).buffer);
  });

  it('reads beyond 4 GiB', async () => {
    const path = join(folder, 'large'); // a sparse file: it takes no space
    const size = 2 ** 32 + 100;
    await writeFile(path, '');
    await truncate(path, size);
    const file = await open(path, 'r+');
    await file.write(Uint8Array.of(1, 2, 3), 0, 3, 2 ** 32 + 10);
    await file.close();
    const blob = await openFileBlob(path);
    expect(blob.size).toBe(size);
    expect(await blob.slice(2 ** 32 + 9, 2 ** 32 + 14).arrayBuffer()).toEqual(Uint8Array.of(0, 1, 2, 3, 0).buffer);
  });

  it('returns fewer bytes if the file has been truncated', async () => {
    const path = join(folder, 'cut');
    await writeFile(path, new Uint8Array(50));
    const blob = await openFileBlob(path);
    await truncate(path, 30);
    expect((await blob.slice(20, 50).arrayBuffer()).byteLength).toBe(10);
  });
});
