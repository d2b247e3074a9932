/** The order of work: runs that are started, cancelled, queued and repeated. The fake engine answers when the test says so. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../errors.ts';
import { depthKey, referKey, withoutPhoto } from './results/result-keys.ts';
import type { Results } from './results/results.ts';
import type { Session } from './session.ts';
import type { AppStore } from './store.ts';
import { mask, pack, png, settle, testBench } from './testing/bench.ts';

let bench: ReturnType<typeof testBench>;
let store: AppStore;
let results: Results;
let session: Session;

const methods = () => bench.calls.map((each) => each.method);

beforeEach(() => {
  bench = testBench();
  ({ store, results, session } = bench);
});

test('a photo added before the engine is loaded is decoded and run when it is ready', async () => {
  session.addFiles([png('a.png')]);
  expect(methods()).toEqual([]);
  await bench.open();
  await bench.decoded();
  expect(methods(), 'a new worker first receives its pack').toEqual(['open', 'addPhoto', 'depth']);
  expect(store.getState().run?.phase).toBe('running');
  await bench.answer('depth', { timings: [] });
  expect(store.getState().run).toBeUndefined();
  expect(results.get(depthKey('photo-1', undefined))?.task).toBe('depth');
});

test('another task cancels the current run; its late failure is not reported', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  const depth = bench.call('depth');
  session.setTask('segment');
  expect(depth.signal?.aborted).toBe(true);
  await settle();
  expect(methods().at(-1)).toBe('segment');
  expect(store.getState().notices).toEqual([]);
});

test('a newer prompt cancels the previous one, and its result is shown from memory later', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  bench.call('depth').answer({ timings: [] });
  session.find('red box');
  const red = bench.call('refer');
  session.find('blue ball');
  expect(red.signal?.aborted).toBe(true);
  const found = mask();
  await bench.answer('refer', found);
  expect(results.get(referKey('photo-1', 'blue ball', false))?.result).toBe(found);
  session.setTask('depth');
  session.setTask('refer');
  await settle();
  expect(methods().filter((method) => method === 'refer' || method === 'depth')).toEqual(['depth', 'refer', 'refer']);
});

test('a refused prompt is reported under the box, not as a notice', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  session.find('  ');
  expect(store.getState().promptError).toMatch(/^Type what to look for/);
  session.find('zeppelin');
  await bench.fail('refer', new VpdError('bad-prompt', 'No word of it is known.'));
  expect(store.getState().promptError).toBe('No word of it is known.');
  expect(store.getState().notices).toEqual([]);
  expect(methods().filter((method) => method === 'refer')).toHaveLength(1);
});

test('a file that is no photo is removed from the strip with one notice', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  session.addFiles([png('b.png')]);
  await settle();
  await bench.fail('addPhoto', new VpdError('bad-image', 'b.png is not an image.'));
  expect(store.getState().photos.map((photo) => photo.name)).toEqual(['a.png']);
  expect(store.getState().selected).toBe('photo-1');
  expect(store.getState().notices.map((notice) => notice.message)).toEqual(['b.png is not an image.']);
});

test('of two files the second is selected if the first is no photo; a sample is fetched when it is the only one left', async () => {
  session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [] }]);
  session.addFiles([png('bad.png'), png('good.png')]);
  await bench.open();
  bench.call('addPhoto', 0, 0).fail(new VpdError('bad-image', 'bad.png is not an image.'));
  await settle();
  expect(store.getState().photos.find((photo) => photo.id === store.getState().selected)?.name).toBe('good.png');
  await bench.decoded(1);
  const good = store.getState().selected ?? '';
  session.remove(good);
  await settle();
  expect(bench.call('addPhoto').params).toMatchObject({ name: 'room' });
  expect(bench.forgotten).toEqual([good]);
});

test('a lost worker is one notice; Retry opens the pack without graph capture and repeats the run', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  await bench.lose('The engine crashed.');
  const [notice, ...others] = store.getState().notices;
  expect(others).toEqual([]);
  expect(store.getState().engine.phase).toBe('failed');
  expect(bench.call('open').params).not.toHaveProperty('capture');
  if (notice) session.retry(notice);
  await settle();
  expect(bench.call('open').params).toMatchObject({ capture: 'off' });
  await bench.opened();
  expect(methods().slice(-2)).toEqual(['open', 'depth']);
  expect(store.getState().notices).toEqual([]);
});

test('a runtime that cannot be fetched is one notice, and graph capture stays on', async () => {
  session.addFiles([png('a.png')]);
  void session.start();
  await settle();
  const error = { code: 'network', message: 'The runtime could not be fetched.' } as const;
  await bench.fail('open', new VpdError(error.code, error.message));
  await bench.lose(error.message, 0, error.code);
  const [notice, ...others] = store.getState().notices;
  expect([notice?.message, others]).toEqual([error.message, []]);
  expect(store.getState().engine.phase).toBe('failed');
  if (notice) session.retry(notice);
  await settle();
  expect(methods().slice(-2)).toEqual(['open', 'addPhoto']);
  expect(bench.call('open').params).toEqual({ pack: { url: 'http://host/models/tiny/' } });
});

test('all removed photos are forgotten by the engine, including those that wait to be decoded', async () => {
  session.addFiles(['a', 'b', 'c'].map(png));
  await bench.open();
  await bench.decoded(0);
  session.removeAll();
  expect(bench.forgotten).toEqual(['photo-1', 'photo-2', 'photo-3']);
});

test('a failed run is not repeated until Retry', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  await bench.fail('depth', new VpdError('no-memory', 'There was not enough memory.'));
  session.setTask('refer');
  session.setTask('depth');
  expect(methods().filter((method) => method === 'depth')).toHaveLength(1);
  const [notice] = store.getState().notices;
  if (notice) session.retry(notice);
  expect(methods().filter((method) => method === 'depth')).toHaveLength(2);
});

test('a found prompt becomes a mask; each photo keeps its list and its shown mask', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  const answer = async () => {
    await bench.answer('refer', { timings: [] });
  };
  session.find('chair');
  expect(store.getState().masks).toEqual({});
  await answer();
  session.find('lamp');
  await answer();
  const prompts = () => store.getState().masks['photo-1']?.items.map((item) => item.prompt);
  expect(prompts()).toEqual(['chair', 'lamp']);
  session.addFiles([png('b.png')]);
  await bench.decoded();
  // The current prompt is run on a photo without masks.
  expect(bench.call('refer').params).toEqual({ photo: 'photo-2', prompt: 'lamp' });
  session.find('door');
  await answer();
  session.select('photo-1');
  expect(store.getState().prompt).toBe('lamp');
  session.removeMask('lamp');
  expect(store.getState().prompt).toBe('chair');
  session.undoMasks();
  expect([prompts(), store.getState().prompt]).toEqual([['chair', 'lamp'], 'lamp']);
  session.remove('photo-1');
  expect(Object.keys(store.getState().masks)).toEqual(['photo-2']);
});

test('a change of another mask does not cancel the current search', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  session.find('chair');
  await bench.answer('refer', { timings: [] });
  session.find('lamp');
  session.changeMask('chair', { hidden: true });
  expect(store.getState().prompt).toBe('lamp');
  expect(bench.call('refer').signal?.aborted).toBe(false);
});

test('a listed mask without a result is computed again', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  session.find('chair');
  await bench.answer('refer', { timings: [] });
  session.find('lamp');
  results.forget('photo-1');
  await bench.answer('refer', { timings: [] });
  expect(bench.call('refer').params).toEqual({ photo: 'photo-1', prompt: 'chair' });
});

test('word ablations run after the search, one set at a time, and are reset with their prompt', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  bench.call('depth').answer({ timings: [] });
  const leaveOut = (without: readonly number[]) =>
    store.setState({ refer: { ...store.getState().refer, without, ranking: true, grid: true } });
  session.find('red box');
  leaveOut([1]);
  await settle();
  expect(methods()).not.toContain('ablate');
  const token = (text: string, kind: string, word: number) => ({ text, id: 1, kind, word, known: true });
  const tokens = [token('', 'start', -1), token('red', 'word', 0), token('box', 'word', 1), token('', 'end', -1)];
  const words = ['red', 'box'].map((text, i) => ({ text, tokens: [i + 1], known: true }));
  await bench.answer('refer', { tokens, words, timings: [] });
  expect(bench.call('ablate').params).toEqual({ photo: 'photo-1', prompt: 'red box', tokens: [1] });

  const first = bench.call('ablate');
  leaveOut([1, 2]);
  expect(first.signal?.aborted).toBe(true);
  await settle();
  for (const expected of [[1, 2], [1], [2]]) {
    expect(bench.call('ablate').params).toMatchObject({ tokens: expected });
    await bench.answer('ablate', { timings: [] });
  }
  expect(methods().slice(-1)).toEqual(['rawMaps']);
  await bench.answer('rawMaps', { layers: [], timings: [] });
  expect(store.getState().run).toBeUndefined();

  const before = methods().length;
  leaveOut([2]);
  await settle();
  expect(methods().length, 'in memory from the table').toBe(before);
  session.find('blue ball');
  expect(store.getState().refer.without).toEqual([]);
});

test('another pack replaces the open one and its results; if it fails, the open one stays', async () => {
  session.addFiles([png('a.png')]);
  await bench.open();
  await bench.decoded();
  await bench.answer('depth', { timings: [] });
  store.setState({ depth: { ...store.getState().depth, scene: 'kitchen' } });
  await settle();

  const bad = session.openPack({ stored: 'bad' });
  await settle();
  expect(bench.call('open').params).toEqual({ pack: { stored: 'bad' } });
  bench.call('open').fail(new VpdError('bad-file', 'config.json is not JSON.'));
  expect(await bad).toBe(false);
  expect(store.getState().engine).toMatchObject({ phase: 'ready', pack });
  expect(store.getState().notices.map(({ message }) => message)).toEqual(['config.json is not JSON.']);
  expect(results.get(depthKey('photo-1', undefined))?.task).toBe('depth');

  const good = session.openPack({ stored: 'other' });
  await settle();
  await bench.opened({ name: 'Other', tasks: ['segment'] });
  expect(await good).toBe(true);
  expect(results.get(depthKey('photo-1', undefined))).toBeUndefined();
  expect(store.getState()).toMatchObject({ task: 'segment', depth: { scene: undefined } });
  expect(methods().at(-1)).toBe('segment');

  void session.start();
  await settle();
  expect(bench.call('open').params).toEqual({ pack: { stored: 'other' } });
});

test('a removed photo can be restored to its place with its masks and results, until another is removed', async () => {
  session.addFiles([png('a.png'), png('b.png')]);
  await bench.open();
  await bench.decoded(0);
  await bench.decoded(1);
  bench.call('depth').answer({ timings: [] });
  session.find('chair');
  await bench.answer('refer', { timings: [] });
  session.changeMask('chair', { name: 'seat' });
  session.remove('photo-1');
  expect(store.getState()).toMatchObject({ removed: 'a.png', selected: 'photo-2' });
  expect(results.get(depthKey('photo-1', undefined))).toBeUndefined();
  const back = session.undoRemove();
  await settle();
  await bench.decoded();
  expect(await back).toBe('photo-1');
  const { photos, masks, selected, removed } = store.getState();
  expect(photos.map(({ name }) => name)).toEqual(['a.png', 'b.png']);
  expect({ selected, removed }).toEqual({ selected: 'photo-1', removed: undefined });
  expect(masks['photo-1']?.items[0]?.name).toBe('seat');
  expect(results.get(depthKey('photo-1', undefined))?.task).toBe('depth');

  session.remove('photo-1');
  session.remove('photo-2');
  session.undoRemove();
  await settle();
  expect(store.getState().photos.map(({ name }) => name)).toEqual(['b.png']);
});

test('a removed photo whose file is gone cannot be restored, which is reported', async () => {
  const load = () => Promise.reject(new VpdError('storage', 'The file is gone.'));
  session.restorePhotos([{ name: 'a.png', url: undefined, width: 4, height: 3, file: load }]);
  session.remove('photo-1');
  expect(await session.undoRemove()).toBeUndefined();
  expect(store.getState().notices.map(({ message }) => message)).toEqual(['The file is gone.']);
  expect(await session.undoRemove(), 'there is nothing left to restore').toBeUndefined();
});

test('photos are moved in the strip', () => {
  session.addFiles(['a', 'b', 'c', 'd'].map(png));
  const order = () =>
    store
      .getState()
      .photos.map(({ name }) => name)
      .join('');
  session.move('photo-1', 2);
  expect(order()).toBe('bcad');
  session.move('photo-4', 0);
  expect(order()).toBe('dbca');
  session.move('photo-2', 9);
  expect(order()).toBe('dcab');
});

test('a sample with results is shown without the engine, and computed if another model is open', async () => {
  const depth = { width: 1, height: 1, metres: new Float32Array(1), min: 0, max: 0, timings: [] };
  const load = async () => [
    [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth, pack: 'old' }] as const,
  ];
  const [id = ''] = session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
  session.select(id);
  await settle();
  expect(store.getState().photos[0]?.state).toBe('ready');
  expect(results.get(depthKey(id, undefined))?.pack).toBe('old');
  expect(methods()).toEqual([]);
  await bench.open();
  expect(bench.offered).toContain(id);
  expect(results.get(depthKey(id, undefined))).toBeUndefined();
  expect(methods()).toEqual(['open', 'depth']);
});

test('a pack is opened with the requested options, also after a restart; opening another cancels it', async () => {
  await bench.open();
  const first = session.openPack({ stored: 'large' }, { longSide: 256 });
  await settle();
  const opening = bench.call('open');
  expect(opening.params).toEqual({ pack: { stored: 'large' }, longSide: 256 });
  const skipped = session.openPack({ stored: 'skipped' });
  const second = session.openPack({ stored: 'large' }, { anyway: true });
  expect(opening.signal?.aborted).toBe(true);
  expect([await first, await skipped]).toEqual([false, false]);
  await settle();
  expect(store.getState().notices).toEqual([]);
  expect(bench.call('open').params).toEqual({ pack: { stored: 'large' }, anyway: true });
  bench.call('open').fail(new VpdError('bad-file', 'It is damaged.'));
  expect(await second).toBe(false);
  expect(store.getState().engine, 'the pack open before both').toMatchObject({ phase: 'ready', pack });

  const third = session.openPack({ stored: 'large' }, { longSide: 256 });
  await settle();
  await bench.opened();
  expect(await third).toBe(true);
  void session.start();
  await settle();
  expect(bench.call('open').params).toEqual({ pack: { stored: 'large' }, longSide: 256 });
});

test('an engine that dies repeatedly before a pack is open starts with less demanding options each time, which is reported', async () => {
  void session.start();
  const openOptions = async () => {
    await settle();
    const { pack: _, ...options } = Object(bench.call('open').params);
    return options;
  };
  const die = async () => {
    await bench.lose('The device is gone.', 0, 'device-lost');
    const [notice] = store.getState().notices;
    if (!notice) throw new Error('Nothing was reported.');
    session.retry(notice);
    return notice.message;
  };
  expect(await openOptions()).toEqual({});
  expect(await die()).toBe('The device is gone.');
  expect(await openOptions()).toEqual({ capture: 'off' });
  expect(await die()).toBe('The device is gone. The next start computes in single precision.');
  expect(await openOptions()).toEqual({ capture: 'off', float: 'f32' });
  expect(await die()).toBe('The device is gone. The next start computes on WebAssembly, which is slower.');
  expect(await openOptions()).toEqual({ capture: 'off', float: 'f32', force: 'wasm' });
  expect(await die()).toBe('The device is gone.');
});
