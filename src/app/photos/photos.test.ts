/** Which pictures are in memory: those looked at last. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VpdError } from '../../errors.ts';
import { readImageFile } from '../../image/sniff.ts';
import { reportable } from '../report/save.ts';
import { depthKey } from '../results/result-keys.ts';
import { depth, png, settle, testBench } from '../testing/bench.ts';

const MOST = 10;

let bench: ReturnType<typeof testBench>;
let closed: string[];
let folder: string;

const ids = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `photo-${from + i}`);
const stateOf = (id: string) => bench.store.getState().photos.find((photo) => photo.id === id)?.state;
const kept = () => [...bench.results.bitmaps.keys()].sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)));

/** Ends the decoding that was asked for last. */
async function decoded(id: string): Promise<void> {
  await settle();
  const call = bench.calls.findLast(
    ({ method, params }) => method === 'addPhoto' && JSON.stringify(params).includes(`"${id}"`),
  );
  call?.answer({ photo: id, width: 4, height: 3, bitmap: { close: () => closed.push(id) } });
  await settle();
}

/** Drops photos one after the other, each of which is shown. */
async function lookAt(count: number): Promise<void> {
  for (const id of ids(count)) {
    bench.session.addFiles([png(`${id}.png`)]);
    await decoded(id);
  }
}

/** A file that was changed after it was picked. */
async function changedFile(name: string): Promise<File> {
  const path = join(folder, name);
  await writeFile(path, 'before');
  const file = new File([await openAsBlob(path)], name, { type: 'image/png' });
  await writeFile(path, 'and after');
  return file;
}

afterEach(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-'));
  closed = [];
  bench = testBench({ task: 'segment' });
  await bench.open();
});

test('of many photos dropped together, the one on show keeps its picture; the others have their thumbnails', async () => {
  bench.session.addFiles(ids(30).map((id) => png(`${id}.png`)));
  for (const id of ids(30)) await decoded(id);
  expect(kept()).toEqual(['photo-1', ...ids(MOST - 1, 22)]);
  expect(closed).toEqual(ids(20, 2));
  const { photos } = bench.store.getState();
  expect(photos.every(({ url, width }) => url === 'thumbnail' && width === 4)).toBe(true);
  expect(photos.map(({ state }) => state)).toEqual([
    'ready',
    ...ids(20).map(() => 'idle'),
    ...ids(MOST - 1).map(() => 'ready'),
  ]);
});

test('a photo whose picture was let go is decoded again when it is looked at, and what was found in it stays', async () => {
  await lookAt(MOST + 2);
  expect(closed).toEqual(ids(2));
  bench.results.set(depthKey('photo-1', undefined), { task: 'depth', result: depth() });
  expect(
    reportable(bench.store.getState(), bench.results).map(({ id }) => id),
    'in a report too',
  ).toEqual(['photo-1']);
  bench.session.select('photo-1');
  expect(stateOf('photo-1')).toBe('waiting');
  await decoded('photo-1');
  expect(stateOf('photo-1')).toBe('ready');
  expect(closed).toEqual(ids(3));
  expect(bench.results.get(depthKey('photo-1', undefined))).toBeDefined();
});

test('files that are no photos leave on show what was there, and photos that came with them are shown', async () => {
  await lookAt(3);
  bench.session.select('photo-1');
  const selected = () => bench.store.getState().selected;
  const refuse = () => bench.fail('addPhoto', new VpdError('bad-image', 'It is not an image.'));
  bench.session.addFiles([png('4.pdf')]);
  await settle();
  await refuse();
  expect(selected()).toBe('photo-1');

  bench.session.addFiles([png('5.pdf'), png('6.png'), png('7.pdf')]);
  await settle();
  for (const name of ['5.pdf', '7.pdf']) {
    const call = bench.calls.findLast(({ params }) => JSON.stringify(params).includes(name));
    call?.fail(new VpdError('bad-image', 'It is not an image.'));
    await settle();
  }
  expect(selected()).toBe('photo-6');
  expect(bench.store.getState().photos.map(({ name }) => name)).toEqual([...ids(3).map((id) => `${id}.png`), '6.png']);
});

test('a photo whose file cannot be read a second time stays in the strip, which is said', async () => {
  await lookAt(MOST + 1);
  bench.results.files.delete('photo-1');
  bench.results.sources.set('photo-1', () => Promise.reject(new VpdError('storage', 'a.png has changed.')));
  bench.session.select('photo-1');
  await settle();
  expect(stateOf('photo-1')).toBe('idle');
  expect(bench.store.getState().notices.map(({ message }) => message)).toEqual(['a.png has changed.']);
});

test('files that cannot be read are named, each of them, also where one is to be brought back', async () => {
  const sentence = (name: string) =>
    `${name} cannot be read: it was moved or changed, or it is a folder. Add it again.`;
  const said = () => bench.store.getState().notices.map(({ message }) => message);
  const names = ['a.png', 'b.png', 'c.png'];
  bench.session.addFiles(await Promise.all(names.map(changedFile)));
  await settle();
  for (const { method, params, fail } of bench.calls) {
    const { file, name } = Object(params);
    if (method === 'addPhoto') await readImageFile(file, name).catch(fail);
  }
  await settle();
  expect(said()).toEqual(names.map(sentence));
  expect(bench.store.getState().photos).toEqual([]);

  bench.session.addFiles([await changedFile('d.png')]);
  await decoded('photo-4');
  bench.session.remove('photo-4');
  expect(await bench.session.undoRemove()).toBeUndefined();
  expect(said()).toEqual([...names, 'd.png'].map(sentence));
});
