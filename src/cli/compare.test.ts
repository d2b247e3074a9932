import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './compare.ts';

const pack = join(import.meta.dirname, '../../models/tiny');
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-compare-test-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

test('a pack equals itself, and differs where it is rounded to half precision', { timeout: 120_000 }, async () => {
  const image = join(work, 'photo.png');
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 100 * Math.sin(i / 97));
  await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(image);
  const compare = async (...more: string[]) => {
    const lines: string[] = [];
    const io = { out: (line: string) => lines.push(line), err: () => undefined };
    const args = ['depth', '--image', image, '--protocol', 'direct', '--pack', pack, '--reference', pack, '--json'];
    expect(await command.run([...args, ...more], io)).toBe(0);
    const [row] = JSON.parse(lines.join('')).packs;
    return new Map<string, number>(
      row.differences.map((d: { tensor: string; relative: number }) => [d.tensor, d.relative]),
    );
  };
  const same = await compare();
  expect([...same.keys()]).toEqual(['depth', 'feature0', 'feature1', 'feature2', 'feature3', 'latent']);
  expect([...same.values()].every((relative) => relative === 0)).toBe(true);
  const rounded = await compare('--float', 'f16');
  for (const [tensor, relative] of rounded) {
    expect(relative, tensor).toBeGreaterThan(1e-5);
    expect(relative, tensor).toBeLessThan(0.1);
  }
});

test.each([
  [['depth', '--reference', pack], '--pack is missing; see --help.'],
  [['depth', '--pack', pack], '--reference is missing; see --help.'],
  [['depth', '--pack', pack, '--reference', pack, '--out', 'x'], 'compare writes no files; leave out --out.'],
])('refuses %j', async (args, message) => {
  await expect(command.run(args, { out: () => undefined, err: () => undefined })).rejects.toThrow(message);
});
