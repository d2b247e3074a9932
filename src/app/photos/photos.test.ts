/** Photos of the strip: decoded pictures in memory, files that cannot be read, removed photos. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VpdError } from '../../errors.ts';
import { readImageFile } from '../../image/formats/sniff.ts';
import { NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { reportable } from '../report/answers.ts';
import { depthKey } from '../results/result-keys.ts';
import { depth, png, settle, testBench } from '../testing/bench.ts';

const MAX_BITMAPS = 10;

let bench: ReturnType<typeof testBench>;
let closed: string[];
let folder: string;

const ids = (count: number, from = 1) => Array.from({ length: count }, (_, i) => `photo-${from + i}`);
const stateOf = (id: string) => bench.store.getState().photos.find((photo) => photo.id === id)?.state;
const kept = () => [...bench.media.bitmaps.keys()].sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)));

/** Answers the last request to decode a photo. */
async function decoded(id: string): Promise<void> {
  await settle();
  const call = bench.calls.findLast(
    ({ method, params }) => method === 'addPhoto' && JSON.stringify(params).includes(`"${id}"`),
  );
  call?.answer({ photo: id, width: 4, height: 3, bitmap: { close: () => closed.push(id) } });
  await settle();
}

/** Adds photos one after the other, so that each is selected. */
async function addEach(count: number): Promise<void> {
  for (const id of ids(count)) {
    bench.session.addFiles([png(`${id}.png`)]);
    await decoded(id);
  }
}

/** Returns a file that was changed after it was picked. */
async function changedFile(name: string): Promise<File> {
  const path = join(folder, name);
  await writeFile(path, 'before');
  const file = new File([await openAsBlob(path)], name, { type: 'image/png' });
  await writeFile(path, 'and after');
  return file;
}

afterEach(() => {
  vi.restoreAllMocks();
  return rm(folder, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vpd-'));
  closed = [];
  bench = testBench({ task: 'segment' });
  await bench.open();
});

test('of many photos added together, the selected one keeps its picture; the others have thumbnails', async () => {
  bench.session.addFiles(ids(30).map((id) => png(`${id}.png`)));
  for (const id of ids(30)) await decoded(id);
  expect(kept()).toEqual(['photo-1', ...ids(MAX_BITMAPS - 1, 22)]);
  expect(closed).toEqual(ids(20, 2));
  const { photos } = bench.store.getState();
  expect(photos.every(({ url, width }) => url === 'thumbnail' && width === 4)).toBe(true);
  expect(photos.map(({ state }) => state)).toEqual([
    'ready',
    ...ids(20).map(() => 'idle'),
    ...ids(MAX_BITMAPS - 1).map(() => 'ready'),
  ]);
});

test('a photo whose picture was evicted is decoded again when it is selected, and keeps its results', async () => {
  await addEach(MAX_BITMAPS + 2);
  expect(closed).toEqual(ids(2));
  const found = { task: 'depth', result: depth() } as const;
  bench.results.set(depthKey('photo-1', undefined), found);
  expect(
    reportable(bench.store.getState(), bench.results).map(({ id }) => id),
    'in a report too',
  ).toEqual(['photo-1']);
  bench.session.select('photo-1');
  expect(stateOf('photo-1')).toBe('waiting');
  await decoded('photo-1');
  expect(stateOf('photo-1')).toBe('ready');
  expect(closed).toEqual(ids(3));
  expect(bench.results.get(depthKey('photo-1', undefined))).toBe(found);
});

test('files that are no photos leave the selected photo; photos added with them are selected', async () => {
  await addEach(3);
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

test('a file that is no photo selects nothing if nothing was selected before', async () => {
  bench.session.addSamples([{ name: 'Lamps', url: 'lamps.png', prompts: [] }]);
  const selected = () => bench.store.getState().selected;
  for (const files of [['a.txt'], ['b.txt', 'c.txt']]) {
    bench.session.addFiles(files.map(png));
    await settle();
    for (const name of files) {
      const call = bench.calls.findLast(({ params }) => JSON.stringify(params).includes(name));
      call?.fail(new VpdError('bad-image', 'It is not an image.'));
      await settle();
    }
    expect(selected()).toBeUndefined();
    expect(bench.store.getState().photos.map(({ name }) => name)).toEqual(['Lamps']);
  }
});

test('a photo whose file cannot be read a second time stays in the strip, which is reported', async () => {
  await addEach(MAX_BITMAPS + 1);
  bench.media.files.delete('photo-1');
  bench.media.sources.set('photo-1', () => Promise.reject(new VpdError('storage', 'a.png has changed.')));
  bench.session.select('photo-1');
  await settle();
  expect(stateOf('photo-1')).toBe('idle');
  expect(bench.store.getState().notices.map(({ message }) => message)).toEqual(['a.png has changed.']);
});

test.each([4, 0])(
  'a photo of an earlier visit, %i pixels across, stays if its first decoding fails, which is reported',
  async (width) => {
    const file = async () => png('kept.png');
    const [id = ''] = bench.session.restorePhotos([{ name: 'kept.png', url: undefined, width, height: width, file }]);
    bench.store.setState({ masks: { [id]: NO_MASKS } });
    bench.session.select(id);
    await settle();
    await bench.fail('addPhoto', new VpdError('no-memory', 'No memory for kept.png.'));
    expect(stateOf(id)).toBe('idle');
    expect(bench.store.getState()).toMatchObject({ selected: id, masks: { [id]: NO_MASKS } });
    expect(bench.store.getState().notices.map(({ message }) => message)).toEqual(['No memory for kept.png.']);
    bench.session.select(id);
    await decoded(id);
    expect(stateOf(id)).toBe('ready');
  },
);

test('the thumbnail of a photo that is removed while it is made is freed', async () => {
  let made: (url: string) => void = () => undefined;
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const makeThumbnail = () => new Promise<string>((resolve) => (made = resolve));
  bench = testBench({}, { makeThumbnail });
  await bench.open();
  const id = await bench.add('a.png');
  bench.session.remove(id);
  made('blob:small');
  await settle();
  expect(revoked.mock.calls).toEqual([['blob:small']]);
});

test('a photo that is removed and restored while its thumbnail is made is decoded again, and has one thumbnail', async () => {
  const finish: ((url: string) => void)[] = [];
  const revoked = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const makeThumbnail = () => new Promise<string>((resolve) => void finish.push(resolve));
  bench = testBench({}, { makeThumbnail });
  await bench.open();
  const id = await bench.add('a.png');
  bench.session.remove(id);
  const restored = bench.session.undoRemove();
  await settle();
  expect(stateOf(id)).toBe('waiting');
  await bench.decoded();
  expect(await restored).toBe(id);
  expect(stateOf(id)).toBe('ready');
  for (const [i, made] of finish.entries()) made(`blob:${i}`);
  await settle();
  expect(bench.store.getState().photos.map(({ url }) => url)).toEqual(['blob:1']);
  expect(revoked.mock.calls).toEqual([['blob:0']]);
});

test('a photo that is restored after another model was opened has no results of the previous one', async () => {
  bench = testBench();
  await bench.open();
  const id = await bench.add('a.png');
  await bench.answer('depth', depth());
  const key = depthKey(id, undefined);
  expect(bench.results.get(key)?.pack).toBe('a');
  bench.session.remove(id);
  void bench.session.openPack({ stored: 'other' });
  await settle();
  await bench.opened({ hash: 'b' });
  const back = bench.session.undoRemove();
  await settle();
  expect(bench.results.get(key)).toBeUndefined();
  await back;
  await bench.decoded();
  await bench.answer('depth', depth());
  expect(bench.results.get(key)?.pack).toBe('b');
});

test('each file that cannot be read is reported by name, also when a removal is undone', async () => {
  const sentence = (name: string) =>
    `${name} cannot be read: it was moved or changed, or it is a folder. Add it again.`;
  const reported = () => bench.store.getState().notices.map(({ message }) => message);
  const names = ['a.png', 'b.png', 'c.png'];
  bench.session.addFiles(await Promise.all(names.map(changedFile)));
  await settle();
  for (const { method, params, fail } of bench.calls) {
    const { file, name } = Object(params);
    if (method === 'addPhoto') await readImageFile(file, name).catch(fail);
  }
  await expect.poll(reported).toEqual(['None of 3 files could be opened: a.png, b.png, c.png.']);
  expect(bench.store.getState().notices[0]?.files).toEqual(names.map(sentence));
  expect(bench.store.getState().photos).toEqual([]);

  bench.session.addFiles([await changedFile('d.png')]);
  await decoded('photo-4');
  bench.session.remove('photo-4');
  expect(await bench.session.undoRemove()).toBeUndefined();
  expect(reported().slice(1)).toEqual([sentence('d.png')]);
});

test('a removed photo has no file: neither its thumbnail nor the file on disk', async () => {
  await addEach(1);
  bench.session.restorePhotos([
    { name: 'b.png', url: 'thumbnail', width: 4, height: 3, file: async () => png('b.png') },
  ]);
  for (const item of bench.store.getState().photos) {
    await bench.session.fileOf(item);
    bench.session.remove(item.id);
    await expect(bench.session.fileOf(item)).rejects.toThrow(
      `${item.name} is not in this page any more. Add it again.`,
    );
  }
});

test('what the decoder has changed stays with the photo', async () => {
  bench.session.addFiles([png('a.gif')]);
  await settle();
  const notes = ['Its first frame is used.'];
  await bench.answer('addPhoto', { photo: 'photo-1', width: 4, height: 3, notes, bitmap: { close() {} } });
  expect(bench.store.getState().photos[0]).toMatchObject({ state: 'ready', notes });
});

test('what the pointer was over belongs to the photo that was shown', async () => {
  await addEach(2);
  const { store, session } = bench;
  const over = { hovered: 'word:0', hoveredMask: 'the lamp' };
  store.setState({ refer: { ...store.getState().refer, ...over } });
  session.select('photo-1');
  expect(store.getState().refer).toMatchObject({ hovered: undefined, hoveredMask: undefined });
});
