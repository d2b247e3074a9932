import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../files/sha256.ts';
import { command } from './onnx.ts';

const pack = join(import.meta.dirname, '../../../models/tiny');
const WEIGHTS = 'model.safetensors';
let work = '';
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'vpd-onnx-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

const hashOf = async (path: string): Promise<string> => sha256(await readFile(path));
const io = { out: () => undefined, err: () => undefined };
const write = (out: string, ...more: string[]): Promise<number> =>
  command.run(['--pack', pack, '--graph', 'refer-head', '--out', join(work, out), ...more], io);

test('the folder of --out is created; models of one pack share the weights in it', async () => {
  expect(await write('new/folder/a.onnx')).toBe(0);
  expect(await readdir(join(work, 'new/folder'))).toEqual(['a.onnx']);
  await write('shared/a.onnx', '--external');
  const path = join(work, 'shared', WEIGHTS);
  expect(await hashOf(path)).toBe(await hashOf(join(pack, WEIGHTS)));
  const { ino, mtimeMs } = await stat(path);
  await write('shared/b.onnx', '--external');
  expect((await readdir(join(work, 'shared'))).sort()).toEqual(['a.onnx', 'b.onnx', WEIGHTS]);
  expect(await stat(path)).toMatchObject({ ino, mtimeMs });
});

test.each([
  ['shorter', async (path: string) => writeFile(path, 'of another model')],
  [
    'of the same size',
    async (path: string) => {
      await cp(join(pack, WEIGHTS), path);
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(1, bytes.length - 4));
    },
  ],
])('weights of another model are not overwritten, %s', async (_, put) => {
  const folder = await mkdtemp(join(work, 'other-'));
  const path = join(folder, WEIGHTS);
  await put(path);
  const before = await hashOf(path);
  await expect(
    command.run(['--pack', pack, '--graph', 'refer-head', '--out', join(folder, 'a.onnx'), '--external'], io),
  ).rejects.toThrow(`${path} holds other weights, which another model may need; give an --out in another folder.`);
  expect(await hashOf(path)).toBe(before);
  expect(await readdir(folder), 'no model is written that would read them').toEqual([WEIGHTS]);
});

test('a pack at an address is refused before anything is fetched or written', async () => {
  const args = ['--pack', 'https://x.invalid/p/', '--graph', 'depth', '--out', join(work, 'far/a.onnx')];
  await expect(command.run(args, io)).rejects.toThrow(
    'onnx needs the pack in a folder on this machine; download the files of https://x.invalid/p/ and give their folder.',
  );
  expect(await readdir(work)).not.toContain('far');
});

test('files of the pack are not overwritten, whatever path leads to them, nor are copied weights', async () => {
  const copy = join(work, 'copy');
  await cp(pack, copy, { recursive: true });
  await symlink(join(copy, WEIGHTS), join(work, 'link'));
  await symlink(copy, join(work, 'folder'));
  const args = ['--pack', copy, '--graph', 'refer-head', '--out'];
  for (const out of ['copy/config.json', 'link', `folder/${WEIGHTS}`, 'copy/README.md'])
    await expect(command.run([...args, join(work, out)], io)).rejects.toThrow(
      `${join(work, out)} is a file of the pack, and it would be replaced; give another --out.`,
    );
  const sameName = join(work, 'same-name', WEIGHTS);
  await expect(command.run([...args, sameName, '--external'], io)).rejects.toThrow(
    `${sameName} has the name of a file of the pack, and --external copies that file to the same folder; give another --out.`,
  );
  expect(await readdir(work)).not.toContain('same-name');
  for (const name of await readdir(pack)) expect(await hashOf(join(copy, name))).toBe(await hashOf(join(pack, name)));
});

test('Ctrl-C leaves no incomplete file', async () => {
  const stopped = write('stopped/a.onnx', '--external');
  process.emit('SIGINT');
  expect(await stopped).toBe(130);
  expect(await readdir(join(work, 'stopped')).catch(() => [])).toEqual([]); // It may stop before it creates the folder.
});
