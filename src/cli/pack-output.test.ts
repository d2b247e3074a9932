import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileSink } from '../weights/sink.ts';
import { writePackFolder } from './pack-output.ts';

const NAMES = ['model.safetensors', 'README.md', 'config.json'];
const INDEX = 'model.safetensors.index.json';
const OLDER = {
  'config.json': JSON.stringify({
    format: 'vpd-pack',
    schema: 1,
    files: { 'model-00001-of-00002.safetensors': {}, 'model-00002-of-00002.safetensors': {}, [INDEX]: {} },
  }),
  'model-00001-of-00002.safetensors': 'old 1',
  'model-00002-of-00002.safetensors': 'old 2',
  [INDEX]: 'old index',
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-pack-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fill(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
async function found(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}
const writing =
  (...names: string[]) =>
  async (sink: FileSink): Promise<string> => {
    for (const name of names) {
      const file = await sink.createFile(name);
      await file.write(new TextEncoder().encode(`new ${name}`));
      await file.close();
    }
    return 'done';
  };
const NEW = Object.fromEntries(NAMES.map((name) => [name, `new ${name}`]));

test('of an older pack nothing is left, and nothing else is touched', async () => {
  await fill({ ...OLDER, 'notes.txt': 'mine' });
  expect(await writePackFolder(folder, NAMES, [], writing(...NAMES))).toBe('done');
  expect(await found()).toEqual({ ...NEW, 'notes.txt': 'mine' });
});

test('an older pack stays whole while a conversion breaks off', async () => {
  await fill(OLDER);
  const breaking = async (sink: FileSink) => {
    await writing('model.safetensors')(sink);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(OLDER['config.json']);
    throw new Error('power cut');
  };
  await expect(writePackFolder(folder, NAMES, [], breaking)).rejects.toThrow('power cut');
  expect(await found()).toEqual(OLDER);
});

test('what a killed conversion left goes with the next one', async () => {
  await mkdir(join(folder, 'convert.part'));
  await writeFile(join(folder, 'convert.part/model-00001-of-00009.safetensors.part'), 'half');
  await writePackFolder(folder, NAMES, [], writing(...NAMES));
  expect(await found()).toEqual(NEW);
});

const LOCK = 'convert.lock';

test('of two that write to one folder the second is refused, and the first ends as if alone', async () => {
  await fill(OLDER);
  const second = async (sink: FileSink) => {
    await writing(...NAMES)(sink);
    await expect(writePackFolder(folder, NAMES, [], writing(...NAMES))).rejects.toMatchObject({
      code: 'bad-request',
      message: `Another convert (process ${process.pid} on ${hostname()}) is writing to ${folder}. Wait until it has ended, or give another --out; if there is none, delete ${join(folder, LOCK)}.`,
    });
  };
  await writePackFolder(folder, NAMES, [], second);
  expect(await found()).toEqual(NEW);
});

test('the lock of a process that is gone is taken over', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;
  await fill({ [LOCK]: `${gone} on ${hostname()}` });
  await writePackFolder(folder, NAMES, [], writing(...NAMES));
  expect(await found()).toEqual(NEW);
});

test.each([
  ['another machine', `1 on not-${hostname()}`],
  ['who knows whom', ''],
])('a lock of %s stays', async (_, lock) => {
  await fill({ [LOCK]: lock });
  await expect(writePackFolder(folder, NAMES, [], writing(...NAMES))).rejects.toThrow(
    `Another convert (process ${lock || 'unknown'}) is writing to ${folder}.`,
  );
  expect(await found()).toEqual({ [LOCK]: lock });
});

test('where files cannot take their places, no config.json calls them a pack', async () => {
  await fill(OLDER);
  await expect(writePackFolder(folder, NAMES, [], writing('model.safetensors'))).rejects.toThrow(
    `The new pack is complete in ${join(folder, 'convert.part')} and cannot be moved up to ${folder}.`,
  );
  expect(await readdir(folder)).not.toContain('config.json');
});

test.each([
  ["another tool's config", { 'config.json': '{"model_type": "clip"}' }, 'config.json is no pack of this project'],
  [
    'names that lead out',
    { 'config.json': '{"format": "vpd-pack", "files": {"../x": {}}}' },
    'config.json is no pack of this project',
  ],
  ['weights without a config', { 'model.safetensors': 'mine' }, 'model.safetensors is no part of a pack'],
  ['a text beside a pack', { ...OLDER, 'README.md': 'mine' }, 'README.md is no part of a pack'],
])('%s is not replaced', async (_, files, problem) => {
  await fill(files);
  await expect(writePackFolder(folder, NAMES, [], writing(...NAMES))).rejects.toThrow(
    `${join(folder, problem)}, and it would be replaced; give another --out.`,
  );
  expect(await found()).toEqual(files);
});

test('a source is not replaced, by whatever path it was given', async () => {
  await fill(OLDER);
  const [link, path] = [join(folder, 'link'), join(folder, 'model-00002-of-00002.safetensors')];
  await symlink(path, link);
  await expect(writePackFolder(folder, NAMES, ['https://x.org/a', link], writing(...NAMES))).rejects.toThrow(
    `${path} is what is converted, and it would be replaced; give another --out.`,
  );
  await rm(link);
  expect(await found()).toEqual(OLDER);
});
