import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { sha256 } from '../files/sha256.ts';
import { command } from './compare.ts';
import { command as runCommand } from './run.ts';

const pack = join(import.meta.dirname, '../../../models/tiny');
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-compare-test-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** Graphs that round every tensor take half a minute to load. */
const SLOW = { timeout: 240_000 };

test('a pack equals itself, and differs if tensors are rounded to half precision', SLOW, async () => {
  const image = join(work, 'photo.png');
  const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 100 * Math.sin(i / 97));
  await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toFile(image);
  const compare = async (...more: string[]) => {
    const lines: string[] = [];
    const messages: string[] = [];
    const io = { out: (line: string) => lines.push(line), err: (line: string) => messages.push(line) };
    const args = ['depth', '--image', image, '--protocol', 'direct', '--pack', pack, '--reference', pack, '--json'];
    expect(await command.run([...args, ...more], io)).toBe(0);
    expect(messages).toEqual([`running ${pack}`, `running ${pack}`]);
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

/** The tiny pack with one tensor a million times larger, which is harmless in single precision because norms follow. */
async function enlargedPack(): Promise<string> {
  const folder = join(work, 'enlarged');
  await mkdir(folder, { recursive: true });
  const { config, weights } = await tinyPackFiles();
  const view = new DataView(weights.buffer);
  const body = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(weights.subarray(8, body)));
  const [begin, end] = header['unet.input_blocks.0.0.weight'].data_offsets;
  for (let at = body + begin; at < body + end; at += 4) view.setFloat32(at, 1e6 * view.getFloat32(at, true), true);
  await writeFile(join(folder, 'config.json'), config.replace('0'.repeat(64), sha256(weights)));
  await writeFile(join(folder, 'model.safetensors'), weights);
  return folder;
}

test('values that overflow in half precision are counted; run refuses them with advice', SLOW, async () => {
  const enlarged = await enlargedPack();
  const image = join(work, 'grey.png');
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#646464' } })
    .png()
    .toFile(image);
  for (const task of [['depth'], ['refer', '--prompt', 'red'], ['segment']]) {
    const args = [...task, '--image', image, '--float', 'f16', '--threads', '1', '--pack', enlarged];
    const lines: string[] = [];
    const io = { out: (line: string) => lines.push(line), err: () => undefined };
    expect(await command.run([...args, '--reference', enlarged], io)).toBe(1);
    const output = task[0] === 'depth' ? 'depth' : 'logits';
    expect(lines.find((line) => line.startsWith(`  ${output} `))).toMatch(/, \d+ NaN or infinite$/);
    expect(lines.find((line) => line.startsWith('  latent '))).not.toContain('NaN');
    await expect(runCommand.run([...args, '--out', join(work, 'out')], io)).rejects.toThrow(
      / overflowed in “\w+” of the \w+ network on this photo\. Leave out --float f16 to compute in single precision\.$/,
    );
  }
});

test('works for --zero-shot, which has no features', async () => {
  const image = join(work, 'grey.png');
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: () => undefined };
  const args = ['refer', '--zero-shot', '--prompt', 'the chair', '--image', image, '--protocol', 'direct', '--json'];
  expect(await command.run([...args, '--pack', pack, '--reference', pack], io)).toBe(0);
  const tensors = JSON.parse(lines.join('')).packs[0].differences.map((d: { tensor: string }) => d.tensor);
  expect(tensors).toEqual(expect.arrayContaining(['latent', 'score', 'text_hidden']));
  expect(
    tensors.filter((name: string) => name.startsWith('attention')),
    'the finest level counts once',
  ).toEqual(tensors.filter((name: string) => /^attention\.level\d$/.test(name)));
});

test.each([
  [['depth', '--reference', pack], '--pack is missing; see --help.'],
  [['depth', '--pack', pack], '--reference is missing; see --help.'],
  [['depth', '--pack', pack, '--reference', pack, '--out', 'x'], 'compare writes no files; leave out --out.'],
  [['depth', '--pack', pack, '--reference', pack, '--out=x'], 'compare writes no files; leave out --out.'],
  [['depth', '--reference', 'a', '--reference=b'], 'compare takes one --reference, not 2: a, b.'],
  [['depth', '--float', 'f16', '--float=f32'], 'compare takes one --float, not 2: f16, f32.'],
])('refuses %j', async (args, message) => {
  await expect(command.run(args, { out: () => undefined, err: () => undefined })).rejects.toThrow(message);
});
