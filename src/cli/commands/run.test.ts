import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeNpy } from '../../image/formats/npy.ts';
import { encodePng8 } from '../../image/formats/png.ts';
import { openNodeRuntime } from '../runtime-node.ts';
import { command } from './run.ts';

const pack = join(import.meta.dirname, '../../../models/tiny');
const SIDE = 64;
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-run-'));
  const grey = new Uint8Array(3 * SIDE * SIDE).fill(128);
  await writeFile(join(work, 'photo.png'), encodePng8(grey, SIDE, SIDE, 'rgb'));
  const shapes = { latent: [1, 4, 5, 8], hidden: [32, 64], long: [33, 128] };
  for (const [name, shape] of Object.entries(shapes))
    await writeFile(join(work, `${name}.npy`), writeNpy(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape));
  await mkdir(join(work, 'blocked/depth.png'), { recursive: true });
});
afterAll(() => rm(work, { recursive: true, force: true }));

const io = { out: () => undefined, err: () => undefined };
const of = (name: string): string => join(work, name);
const run = (task: string, ...more: string[]): Promise<number> => {
  const image = more.includes('--image') ? [] : ['--image', of('photo.png')];
  const out = more.includes('--out') ? [] : ['--out', of('out')];
  return command.run([task, '--pack', pack, '--protocol', 'direct', ...image, ...out, ...more], io);
};

test.each([
  ['depth', [], /^depth: (\d+\.\d\d) m to (\d+\.\d\d) m$/],
  ['refer', ['--prompt', 'the red chair'], /^mask: (< 0\.1|\d+\.\d) % of the photo$/],
  ['segment', [], /^classes: \w[\w ]* (< 0\.1|\d+\.\d) %/],
])('%s prints its files, its figures in one line, and the times', async (task, more, line) => {
  const lines: string[] = [];
  const folder = of(`figures-${task}`);
  const args = [task, '--pack', pack, '--protocol', 'direct', '--image', of('photo.png'), '--out', folder, ...more];
  expect(await command.run(args, { ...io, out: (text) => lines.push(text) })).toBe(0);
  const [files, figures, times, ...rest] = lines.filter((text) => !text.includes('may not be in this photo'));
  expect(files).toMatch(`${folder}: `);
  expect(figures).toMatch(line);
  expect(times).toContain(' ms');
  expect(rest).toEqual([]);
});

test('a folder instead of a photo', async () => {
  await expect(run('depth', '--image', work)).rejects.toMatchObject({
    code: 'bad-request',
    message: `${work} is a folder. Give the photo inside it.`,
  });
  await expect(run('depth', '--image', of('none.png'))).rejects.toThrow(
    `${of('none.png')} does not exist or cannot be read.`,
  );
});

const NEED = 'but this photo, protocol and model need';
test.each([
  ['depth', '--latent', 'latent', `The given latent has the shape [1, 4, 5, 8], ${NEED} [1, 4, 8, 8].`],
  ['refer', '--text-hidden', 'hidden', `The given text encoder’s output has the shape [32, 64], ${NEED} [32, 128].`],
  ['refer', '--text-hidden', 'long', `The given text encoder’s output has the shape [33, 128], ${NEED} [32, 128].`],
])('%s %s %s.npy has a wrong size', async (task, option, name, message) => {
  await expect(run(task, option, of(`${name}.npy`))).rejects.toMatchObject({ code: 'bad-request', message });
});

test('a folder that results cannot be written to', async () => {
  await expect(run('depth', '--out', of('blocked'))).rejects.toMatchObject({
    code: 'storage',
    message: `${of('blocked/depth.png')} cannot be written; make room or give another --out.`,
  });
});

test.each([
  ['image', 'depth.png', []],
  ['latent', 'latent.npy', ['--raw']],
  ['text-hidden', 'text_hidden.npy', ['--raw']],
])('the file of --%s is not overwritten', async (option, name, more) => {
  const folder = of(`own-${option}`);
  await mkdir(folder);
  const path = join(folder, name);
  const shape = option === 'latent' ? [1, 4, 8, 8] : [32, 128];
  const values = writeNpy(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  await writeFile(path, option === 'image' ? await readFile(of('photo.png')) : values);
  const before = await readFile(path);
  await symlink(path, of(`link-${option}`));
  await expect(
    run(option === 'text-hidden' ? 'refer' : 'depth', `--${option}`, of(`link-${option}`), '--out', folder, ...more),
  ).rejects.toMatchObject({
    code: 'bad-request',
    message: `${path} is the file of --${option}, and it would be replaced; give another --out.`,
  });
  expect(await readFile(path)).toEqual(before);
});

test('--tokens works only for packs without a referring head', async () => {
  await expect(run('attention', '--prompt', 'the chair', '--tokens', '10')).rejects.toThrow(
    '--tokens works on a plain backbone; the head of "vpd-tiny" always takes 32.',
  );
});

test('native sessions cannot read a pack at an address', async () => {
  await expect(openNodeRuntime('https://x.invalid/p/', { runtime: 'node' })).rejects.toThrow(
    '--runtime node needs the pack in a folder on this machine; download the files of https://x.invalid/p/ and give their folder.',
  );
});
