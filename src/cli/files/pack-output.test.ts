import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileSink } from '../../weights/sink.ts';
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

test('an older pack is deleted, other files are not', async () => {
  await fill({ ...OLDER, 'notes.txt': 'mine' });
  expect(await writePackFolder(folder, NAMES, [], writing(...NAMES))).toBe('done');
  expect(await found()).toEqual({ ...NEW, 'notes.txt': 'mine' });
});

test('an older pack stays complete if a conversion fails', async () => {
  await fill(OLDER);
  const breaking = async (sink: FileSink) => {
    await writing('model.safetensors')(sink);
    expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe(OLDER['config.json']);
    throw new Error('power cut');
  };
  await expect(writePackFolder(folder, NAMES, [], breaking)).rejects.toThrow('power cut');
  expect(await found()).toEqual(OLDER);
});

test('files of a killed conversion are deleted by the next one', async () => {
  await mkdir(join(folder, 'convert.part'));
  await writeFile(join(folder, 'convert.part/model-00001-of-00009.safetensors.part'), 'half');
  await writePackFolder(folder, NAMES, [], async (sink) => {
    expect(await readdir(folder), 'they take no room').toEqual([LOCK]);
    return writing(...NAMES)(sink);
  });
  expect(await found()).toEqual(NEW);
});

const LOCK = 'convert.lock';

test('a second conversion to the same folder is refused and does not disturb the first', async () => {
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

test('the lock of a process that has ended is taken over', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;
  await fill({ [LOCK]: `${gone} on ${hostname()}` });
  await writePackFolder(folder, NAMES, [], writing(...NAMES));
  expect(await found()).toEqual(NEW);
});

test.each([
  ['another machine', `${spawnSync(process.execPath, ['--version']).pid} on not-${hostname()}`],
  ['an unknown process', ''],
])('a lock of %s is respected', async (_, lock) => {
  await fill({ [LOCK]: lock });
  await expect(writePackFolder(folder, NAMES, [], writing(...NAMES))).rejects.toThrow(
    `Another convert (process ${lock || 'unknown'}) is writing to ${folder}.`,
  );
  expect(await found()).toEqual({ [LOCK]: lock });
});

test('if files cannot be moved into place, there is no config.json', async () => {
  await fill(OLDER);
  await expect(writePackFolder(folder, NAMES, [], writing('model.safetensors'))).rejects.toThrow(
    `The new pack is complete in ${join(folder, 'convert.part')} and cannot be moved to ${folder}.`,
  );
  expect(await readdir(folder)).not.toContain('config.json');
});

test.each([
  [
    "another tool's config",
    { 'config.json': '{"model_type": "clip"}' },
    'config.json is not that of a pack of this project',
  ],
  [
    'names outside the folder',
    { 'config.json': '{"format": "vpd-pack", "files": {"../x": {}}}' },
    'config.json is not that of a pack of this project',
  ],
  ['weights without a config', { 'model.safetensors': 'mine' }, 'model.safetensors is not part of a pack'],
  [
    'a README.md that the older pack does not list',
    { ...OLDER, 'README.md': 'mine' },
    'README.md is not part of a pack',
  ],
])('not overwritten: %s', async (_, files, problem) => {
  await fill(files);
  await expect(writePackFolder(folder, NAMES, [], writing(...NAMES))).rejects.toThrow(
    `${join(folder, problem)}, and it would be replaced; give another --out.`,
  );
  expect(await found()).toEqual(files);
});

test('a source is not overwritten, whatever path leads to it', async () => {
  await fill(OLDER);
  const [link, path] = [join(folder, 'link'), join(folder, 'model-00002-of-00002.safetensors')];
  await symlink(path, link);
  await expect(writePackFolder(folder, NAMES, ['https://x.org/a', link], writing(...NAMES))).rejects.toThrow(
    `${path} is a source of this conversion, and it would be replaced; give another --out.`,
  );
  await rm(link);
  expect(await found()).toEqual(OLDER);
});
