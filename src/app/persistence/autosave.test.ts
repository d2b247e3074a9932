/** What is on disk after a change, and what is deleted. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSession } from '../../storage/session/session.ts';
import { memoryFolder } from '../../storage/testing/memory-folder.ts';
import { depthKey, referKey, withoutPhoto } from '../results/result-keys.ts';
import { STAGE_STATE } from '../stage/state.ts';
import { createAppStore } from '../store.ts';
import { depth, mask, png, settle, testBench } from '../testing/bench.ts';
import { type Autosave, createAutosave } from './autosave.ts';
import { clearPage } from './clear.ts';
import { createLedger } from './ledger.ts';

let bench: ReturnType<typeof testBench>;
let folder: ReturnType<typeof memoryFolder>;
let autosave: Autosave;

const page = new EventTarget();
const unload = { read: () => undefined, write() {}, forget() {} };

/** Writes the session at once, as when the page is left. */
async function save(): Promise<void> {
  page.dispatchEvent(new Event('pagehide'));
  await autosave.stop();
  autosave.start();
}
const kept = async () => ((await readSession(folder))?.results ?? []).map(({ key }) => key);

beforeEach(() => {
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  bench = testBench();
  folder = memoryFolder();
  autosave = createAutosave(bench, folder, createLedger(), unload);
  autosave.start();
});

afterEach(async () => {
  await autosave.stop();
  vi.unstubAllGlobals();
});

test('a photo that is restored after its removal was written has its results written again', async () => {
  bench.session.addFiles([png('a.png'), png('b.png')]);
  bench.results.set(depthKey('photo-1', undefined), { task: 'depth', result: depth(), pack: 'a' });
  await save();
  expect(await kept()).toEqual([depthKey('photo-1', undefined)]);
  bench.session.remove('photo-1');
  await save();
  expect(await kept()).toEqual([]);
  bench.session.undoRemove();
  await settle();
  await save();
  expect(await kept()).toEqual([depthKey('photo-1', undefined)]);
});

test('imported results are saved with their origin, in addition to those of the open model', async () => {
  const origin = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };
  await bench.open();
  bench.session.addFiles([png('a.png')]);
  bench.results.set(depthKey('photo-1', 'office'), { task: 'depth', result: depth(), origin });
  bench.results.set(depthKey('photo-1', undefined), { task: 'depth', result: depth(), pack: 'a' });
  await save();
  await save();
  const { results = [] } = (await readSession(folder)) ?? {};
  expect(results.map(({ key, pack, origin: from }) => [key, pack, from])).toEqual([
    [depthKey('photo-1', undefined), 'a', undefined],
    // Last, so that the others are left out first.
    [depthKey('photo-1', 'office'), 'b', origin],
  ]);
});

test('zero-shot masks and the head’s are saved, each under its key', async () => {
  bench.session.addFiles([png('a.png')]);
  for (const zeroShot of [false, true])
    bench.results.set(referKey('photo-1', 'box', zeroShot), { task: 'refer', result: mask(zeroShot), pack: 'a' });
  await save();
  expect(await kept()).toEqual([false, true].map((zeroShot) => referKey('photo-1', 'box', zeroShot)));
});

test('of more results than a session may have, the oldest are left out, and the session can be read', async () => {
  bench.session.addFiles([png('a.png')]);
  for (let scene = 0; scene < 1010; scene++) {
    bench.results.set(depthKey('photo-1', `${scene}`), { task: 'depth', result: depth(), pack: 'a' });
    if (scene % 40 === 39) await save();
  }
  await save();
  const keys = await kept();
  expect(keys).toHaveLength(1000);
  expect(keys.at(-1)).toBe(depthKey('photo-1', '1009'));
});

test('a result for which the disk has no space is offered once: later saves neither try nor count it', async () => {
  const { write } = folder;
  const tried: string[] = [];
  folder.write = (name, content) => {
    tried.push(name);
    if (name.startsWith('result-')) return Promise.reject(new DOMException('', 'QuotaExceededError'));
    return write(name, content);
  };
  const slot = expect.stringMatching(/^[ab]\.json$/);
  bench.session.addFiles([png('a.png')]);
  await save();
  tried.length = 0;
  bench.results.set(depthKey('photo-1', undefined), { task: 'depth', result: depth(), pack: 'a' });
  for (let i = 0; i < 3; i++) page.dispatchEvent(new Event('pagehide'));
  await save();
  expect(tried).toEqual([expect.stringMatching(/^result-/), slot]);
  tried.length = 0;
  bench.session.setTask('refer');
  await save();
  expect(tried).toEqual([slot]);
});

test('too many photos for a session are reported once, and again only after there was room', async () => {
  const reported = () => bench.store.getState().notices.map(({ message }) => message);
  const sentence =
    'A session keeps the first 2000 photos of the strip: those after them are gone when the page is closed or reloaded. Remove photos that you no longer need.';
  bench.session.addFiles(Array.from({ length: 2000 }, (_, i) => png(`${i}.png`)));
  await save();
  expect(reported()).toEqual([]);
  bench.session.addFiles([png('one too many.png')]);
  await save();
  expect(reported()).toEqual([sentence]);
  expect((await readSession(folder))?.photos).toHaveLength(2000);

  const [notice] = bench.store.getState().notices;
  bench.session.dismiss(notice?.id ?? '');
  bench.session.setTask('refer');
  await save();
  expect(reported()).toEqual([]);
  bench.session.remove('photo-1');
  await save();
  bench.session.undoRemove();
  await settle();
  await save();
  expect(reported()).toEqual([sentence]);
});

test('a photo whose file cannot be read is reported once, and the rest is saved', async () => {
  const own = await mkdtemp(join(tmpdir(), 'vpd-'));
  try {
    const path = join(own, 'b.png');
    await writeFile(path, 'before');
    const file = new File([await openAsBlob(path)], 'b.png');
    await writeFile(path, 'and after');
    bench.session.addFiles([png('a.png'), file, png('c.png')]);
    await save();
    expect((await readSession(folder))?.photos.map(({ photo }) => photo)).toEqual(['photo-1', 'photo-3']);
    const [notice] = bench.store.getState().notices;
    expect(notice?.message).toBe('b.png cannot be read: it was moved or changed, or it is a folder. Add it again.');
    bench.session.dismiss(notice?.id ?? '');
    bench.session.setTask('refer');
    await save();
    expect(bench.store.getState()).toMatchObject({ notices: [], saved: 'saved' });
  } finally {
    await rm(own, { recursive: true });
  }
});

test('fields that follow the pointer or the window are no change; other fields of the same part are', () => {
  const { store } = bench;
  const saved = () => store.getState().saved;
  const { stage, refer, segment } = store.getState();
  store.setState({ stage: { ...stage, size: { width: 9, height: 9 }, view: { scale: 2, u: 0, v: 0 } } });
  store.setState({ refer: { ...refer, hovered: 'word:1', hoveredMask: 'lamp' }, segment: { ...segment, hovered: 3 } });
  store.setState({ crosshair: { u: 0, v: 0, by: 'pointer' } });
  expect(saved()).toBe('saved');
  const changes = [
    { stage: { ...stage, compare: 0.5 } },
    { refer: { ...refer, locked: 'word:1' } },
    { segment: { ...segment, hidden: ['wall'] } },
  ];
  for (const change of changes) {
    store.setState({ saved: 'saved' });
    store.setState(change);
    expect(saved()).toBe('changed');
  }
});

test('after clearing has failed the session is still saved, including changes made meanwhile', async () => {
  bench.session.addFiles([png('a.png')]);
  await save();
  const { remove } = folder;
  folder.remove = () => Promise.reject(new Error('in use'));
  clearPage(bench);
  await expect(autosave.clear()).rejects.toThrow('in use');
  folder.remove = remove;
  expect(bench.store.getState().saved).toBe('changed');
  await save();
  expect((await readSession(folder))?.photos).toEqual([]);

  const cleared = autosave.clear();
  bench.session.addFiles([png('b.png')]);
  await cleared;
  expect(bench.store.getState().saved).toBe('changed');
  await save();
  expect((await readSession(folder))?.photos).toHaveLength(1);
});

test('clearing the session removes photos, results on samples and choices, and none of it is written again', async () => {
  const fresh = createAppStore().getState();
  const revoke = vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const origin = { from: 'the results supplied with this sample', pack: { name: 'p', hash: 'a' } };
  const load = async () => [
    [withoutPhoto(depthKey('', undefined)), { task: 'depth', result: depth(), origin, pack: 'a' }] as const,
  ];
  const [sample = ''] = bench.session.addSamples([{ name: 'room', url: 'http://host/room.png', prompts: [], load }]);
  await bench.open();
  bench.session.select(sample);
  await settle();
  bench.results.set(referKey(sample, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
  await bench.add('a.png');
  await bench.add('b.png');
  const own = ['photo-2', 'photo-3'];
  bench.store.setState({
    photos: bench.store
      .getState()
      .photos.map((photo) => (photo.source === 'user' ? { ...photo, url: `blob:${photo.id}` } : photo)),
    prompt: 'box',
    draft: 'box on',
    truth: true,
    layers: { ...fresh.layers, depth: { visible: 'on', opacity: 0.5, blend: 'multiply' } },
    stage: { ...STAGE_STATE, size: { width: 9, height: 9 }, compare: 0.5, photo: false, photoOpacity: 0.2 },
  });
  vi.stubGlobal('fetch', async () => new Response('small'));
  await save();
  expect(await kept()).toContain(referKey(sample, 'box', false));

  const decoded = bench.calls.filter(({ method }) => method === 'addPhoto').length;
  clearPage(bench);
  await autosave.clear();
  await settle();
  const { photos, selected, prompt, draft, masks, truth, layers, stage } = bench.store.getState();
  expect(photos.map(({ id }) => id)).toEqual([sample]);
  expect({ selected, prompt, draft, masks, truth, layers }).toEqual({
    selected: sample,
    prompt: '',
    draft: '',
    masks: {},
    truth: false,
    layers: fresh.layers,
  });
  expect(stage).toEqual({ ...STAGE_STATE, size: { width: 9, height: 9 } });
  expect(bench.results.ofPhoto(sample).map(([key]) => key)).toEqual([depthKey(sample, undefined)]);
  expect(revoke.mock.calls.flat()).toEqual(own.map((id) => `blob:${id}`));
  expect(bench.forgotten).toEqual(own);
  expect(bench.calls.filter(({ method }) => method === 'addPhoto')).toHaveLength(decoded);

  expect(folder.files.size).toBe(0);
  await save();
  expect(await readSession(folder)).toMatchObject({ photos: [], results: [], snapshot: { prompt: '', masks: {} } });
});
