/** Batches over many photos: earlier results, removed and unreadable photos, a cleared session. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VpdError } from '../../errors.ts';
import type { BatchOutcome, ToBatch } from '../../outputs/batch/protocol.ts';
import { addMask, changeMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { clearPage } from '../persistence/clear.ts';
import { depthKey, referKey, segmentKey } from '../results/result-keys.ts';
import type { TaskResult } from '../results/results.ts';
import type { Notice } from '../store.ts';
import { depth, mask, png, settle, testBench } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';
import { changedText, headline } from './words.ts';

/** What the worker received: results with their photo's name, and problems. */
let added: { readonly name: string; readonly outcome: BatchOutcome }[];
let problems: { readonly name: string; readonly message: string }[];

/** A fake of the worker that writes the ZIP; it answers at once. */
class ZipWriter extends EventTarget {
  postMessage({ id, question }: { readonly id: number; readonly question: ToBatch }): void {
    if (question.kind === 'add') added.push({ name: question.photo.name, outcome: question.outcome });
    if (question.kind === 'problem') problems.push({ name: question.name, message: question.message });
    const answer = question.kind === 'finish' ? new Blob(['zip']) : undefined;
    this.dispatchEvent(new MessageEvent('message', { data: { id, answer } }));
  }
  terminate() {}
}

const colours = { colormap: 'turbo', invert: true, range: { kind: 'whole' }, contour: 0 } as const;
const SIZE = { width: 4, height: 3, bitmap: { close() {} } };

let bench: ReturnType<typeof testBench>;
const batch = () => bench.store.getState().batch;
const shownHeadline = () => {
  const state = batch();
  return state && headline(state);
};
const requested = (method: string, photo: string) =>
  bench.calls.some((call) => call.method === method && JSON.stringify(call.params).includes(photo));

/** Starts a depth batch on all photos and answers the decoding of the first. */
async function start(): Promise<void> {
  const ids = bench.store.getState().photos.map(({ id }) => id);
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, ids);
  await expect.poll(() => requested('addPhoto', `batch:${ids[0]}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
}

/** Starts a batch that looks for these expressions, all of which the model can read. */
async function look(prompts: readonly string[], photo: string): Promise<void> {
  bench.session.startBatch({ task: 'refer', prompts }, [photo]);
  const checks = () => bench.calls.filter(({ method }) => method === 'tokenize');
  await expect.poll(() => checks().length).toBe(prompts.length);
  for (const check of checks()) check.answer({ tokens: [], words: [], cut: [] });
}

beforeEach(async () => {
  vi.stubGlobal('Worker', ZipWriter);
  added = [];
  problems = [];
  bench = testBench({ task: 'segment' });
  await bench.open();
});
afterEach(() => vi.unstubAllGlobals());

test('photos that are removed before their turn are not counted', async () => {
  await bench.add('a.png');
  const other = await bench.add('b.png');
  await start();
  expect(shownHeadline()).toBe('Depth: 0 of 2 photos.');
  bench.session.remove(other);
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(batch()).toMatchObject({ finished: 1, total: 1, problems: [] });
  expect(shownHeadline()).toBe('Depth: the photo is done.');
});

test('the ZIP has only the times of the device that it names', async () => {
  const timings = [{ stage: 'depth', ms: 1500, cached: false }] as const;
  const result = { ...depth(), timings };
  const gpu = { backend: 'webgpu-f16', reason: '', threads: 1, limits: {} } as const;
  const file = async () => png('');
  const photos = ['a.png', 'b.png'].map((name) => ({ name, url: undefined, width: 4, height: 3, file }));
  const [a = '', b = ''] = bench.session.restorePhotos(photos);
  bench.results.set(depthKey(a, undefined), { task: 'depth', result, pack: 'a', device: gpu });
  await bench.add('c.png');
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, [a, b]);
  await expect.poll(() => requested('addPhoto', `batch:${b}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
  await bench.answer('depth', result);
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(added.map(({ outcome }) => outcome.result.timings)).toEqual([[], timings]);
  expect(bench.results.get(depthKey(b, undefined))?.device?.backend).toBe('wasm');
});

test.each<[what: string, zeroShot: boolean, earlier: TaskResult, used: boolean]>([
  ['the head’s mask', false, { task: 'refer', result: mask(), pack: 'a' }, true],
  ['a zero-shot mask if zero-shot is on', true, { task: 'refer', result: mask(true), pack: 'a' }, true],
  ['no zero-shot mask as the head’s', false, { task: 'refer', result: mask(true), pack: 'a' }, false],
  ['no result of another model', false, { task: 'refer', result: mask(), pack: 'b' }, false],
  [
    'no imported result of another model',
    false,
    { task: 'refer', result: mask(), origin: { from: 'the report room.html', pack: { name: 'other', hash: 'b' } } },
    false,
  ],
  [
    'an imported result of the open model',
    false,
    { task: 'refer', result: mask(), origin: { from: 'the report room.html', pack: { name: 'p', hash: 'a' } } },
    true,
  ],
])('from earlier results, a batch uses %s', async (_, zeroShot, earlier, used) => {
  const photo = await bench.add('a.png');
  bench.session.setZeroShot(zeroShot);
  bench.results.set(referKey(photo, 'box', zeroShot), earlier);
  await look(['box'], photo);
  if (!used) {
    await expect.poll(() => requested('addPhoto', `batch:${photo}`)).toBe(true);
    await bench.answer('addPhoto', SIZE);
    await bench.answer('refer', { ...mask(), area: 0.5 });
  }
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(added).toMatchObject([{ name: 'a.png', outcome: { task: 'refer', result: { area: used ? 1 : 0.5 } } }]);
  expect(requested('refer', `batch:${photo}`)).toBe(!used);
});

test('a mask of one kind is not used for the other', async () => {
  const photo = await bench.add('a.png');
  bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
  bench.session.setZeroShot(true);
  await look(['box'], photo);
  await expect.poll(() => requested('addPhoto', `batch:${photo}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
  expect(bench.call('refer').params).toEqual({ photo: `batch:${photo}`, prompt: 'box', zeroShot: true });
});

test('several expressions are looked for in one decoded photo, and changed masks are written as the user left them', async () => {
  const photo = await bench.add('a.png');
  bench.results.set(referKey(photo, 'box', false), { task: 'refer', result: mask(), pack: 'a' });
  const changes = { threshold: 0.25, name: 'crate', specks: 0.01 };
  bench.store.setState({
    masks: { [photo]: changeMask(addMask(addMask(NO_MASKS, 'box'), 'lamp'), 'box', changes) },
  });
  await look(['door', 'box', 'lamp'], photo);
  expect(shownHeadline()).toBe('Masks of 3 expressions: 0 of 1 photo.');
  await expect.poll(() => requested('addPhoto', `batch:${photo}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
  await bench.answer('refer', { ...mask(), area: 0.5 });
  await expect.poll(() => bench.calls.filter(({ method }) => method === 'refer').length).toBe(2);
  await bench.answer('refer', { ...mask(), area: 0.25 });
  await expect.poll(() => batch()?.phase).toBe('done');
  const plain = { threshold: 0.5, specks: 0, holes: 0, strokes: [] };
  expect(added).toMatchObject([
    { outcome: { result: { area: 0.5 }, mask: { prompt: 'door', name: 'door', ...plain } } },
    { outcome: { result: { area: 1 }, mask: { prompt: 'box', ...changes } } },
    { outcome: { result: { area: 0.25 }, mask: { prompt: 'lamp', name: 'lamp', ...plain } } },
  ]);
  expect(
    bench.calls.filter(({ method, params }) => method === 'addPhoto' && /batch:/.test(JSON.stringify(params))),
  ).toHaveLength(1);
  expect(bench.results.get(referKey(photo, 'door', false))).toMatchObject({ task: 'refer', pack: 'a' });
});

test('an expression that the model cannot read ends the batch before the first photo', async () => {
  const photo = await bench.add('a.png');
  bench.session.startBatch({ task: 'refer', prompts: ['box', 'zebra', 'yak'] }, [photo]);
  const checks = () => bench.calls.filter(({ method }) => method === 'tokenize');
  await expect.poll(() => checks().length).toBe(3);
  const [box, ...unknown] = checks();
  box?.answer({ tokens: [], words: [], cut: [] });
  for (const [at, word] of ['zebra', 'yak'].entries())
    unknown[at]?.fail(new VpdError('bad-prompt', `This model does not know the word "${word}".`));
  await expect.poll(() => batch()?.phase).toBe('failed');
  const why = 'This model does not know the word "zebra". It cannot read these expressions either: “yak”.';
  expect(shownHeadline()).toBe(why);
  expect(bench.store.getState().notices.map(({ message }) => message)).toEqual([why]);
  expect(requested('addPhoto', 'batch:')).toBe(false);
});

test('everything in the session: results as they are, listed masks only, in the list’s order; nothing is computed', async () => {
  const file = async () => png('');
  const photos = ['a.png', 'b.png', 'c.png'].map((name) => ({ name, url: undefined, width: 4, height: 3, file }));
  const [a = '', b = '', c = ''] = bench.session.restorePhotos(photos);
  const other = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };
  bench.results.set(referKey(a, 'lamp', false), { task: 'refer', result: mask(), pack: 'a' });
  bench.results.set(referKey(a, 'box', false), { task: 'refer', result: mask(), origin: other });
  bench.results.set(referKey(a, 'deleted', false), { task: 'refer', result: mask(), pack: 'a' });
  bench.results.set(depthKey(a, 'kitchen'), { task: 'depth', result: depth(), pack: 'a' });
  bench.results.set(depthKey(b, undefined), { task: 'depth', result: depth(), pack: 'a' });
  bench.results.set(referKey(b, 'door', true), { task: 'refer', result: mask(true), pack: 'a' });
  const list = changeMask(addMask(addMask(NO_MASKS, 'box'), 'lamp'), 'lamp', { name: 'light', hidden: true });
  const missing = changeMask(addMask(addMask(NO_MASKS, 'door'), 'chair'), 'chair', { name: 'seat' });
  bench.store.setState({ masks: { [a]: list, [b]: missing } });
  const calls = bench.calls.length;
  bench.session.startBatch({ task: 'session', colours }, [a, b, c]);
  expect(shownHeadline()).toBe('Everything in this session: 0 of 3 photos.');
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(added).toMatchObject([
    { name: 'a.png', outcome: { task: 'depth', scene: 'kitchen' } },
    { name: 'a.png', outcome: { task: 'refer', model: 'other', mask: { prompt: 'box', name: 'box' } } },
    { name: 'a.png', outcome: { task: 'refer', mask: { prompt: 'lamp', name: 'light' } } },
    { name: 'b.png', outcome: { task: 'depth', scene: undefined } },
  ]);
  expect(bench.calls).toHaveLength(calls);
  expect(problems).toEqual([
    {
      name: 'b.png',
      message: '2 of its masks are not computed: “door”, “seat”. Select the photo in Find to compute them.',
    },
  ]);
});

test('a result of the session that cannot be read is listed as a problem, and the photo’s others are written', async () => {
  const disk = keptOnDisk();
  bench.results.kept = disk.results;
  const photo = await bench.add('a.png');
  await disk.keep(depthKey(photo, undefined), { task: 'depth', result: depth() });
  await disk.keep(segmentKey(photo), {
    task: 'segment',
    result: { ...depth(), labels: new Uint8Array(1), present: [], maps: [] },
  });
  await disk.folder.write('result-1', new Blob(['torn']));
  bench.session.startBatch({ task: 'session', colours }, [photo]);
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(added.map(({ outcome }) => outcome.task)).toEqual(['depth']);
  expect(problems).toEqual([
    { name: 'a.png', message: 'Some of its saved results cannot be read. Select the photo to compute them again.' },
  ]);
});

test('the form says how many changed masks are written', () => {
  expect(changedText(0)).toBeUndefined();
  expect(changedText(1)).toBe(
    '1 mask that you changed is written as shown in Find, with its threshold, edits and name.',
  );
  expect(changedText(2)).toBe(
    '2 masks that you changed are written as shown in Find, with their threshold, edits and name.',
  );
});

test('a photo whose file is gone is listed as a problem, and the batch continues', async () => {
  const gone = () => Promise.reject(new VpdError('missing', 'The file of a.png is gone.'));
  bench.session.restorePhotos([{ name: 'a.png', url: undefined, width: 4, height: 3, file: gone }]);
  await bench.add('b.png');
  const ids = bench.store.getState().photos.map(({ id }) => id);
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, ids);
  await expect.poll(() => requested('addPhoto', `batch:${ids[1]}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('done');
  const problem = { name: 'a.png', message: 'The file of a.png is gone.' };
  expect(batch()).toMatchObject({ written: 1, problems: [{ photo: ids[0], ...problem }] });
  expect(problems).toEqual([problem]);
  expect(added).toEqual([{ name: 'b.png', outcome: { task: 'depth', result: depth() } }]);
  expect(await bench.session.batchZip()?.text()).toBe('zip');
});

test('another model ends the batch with one sentence; the finished photos are in its ZIP', async () => {
  for (const name of ['a.png', 'b.png', 'c.png', 'd.png']) await bench.add(name);
  await start();
  await bench.answer('depth', depth());
  await expect.poll(() => requested('addPhoto', 'batch:photo-2')).toBe(true);
  void bench.session.openPack({ stored: 'other' });
  await settle();
  await bench.opened({ hash: 'b' });
  bench.calls.findLast(({ params }) => JSON.stringify(params).includes('batch:photo-2'))?.answer(SIZE);
  await expect.poll(() => bench.call('depth').params).toMatchObject({ photo: 'batch:photo-2' });
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('stopped');
  const why = 'Another model was opened while the batch ran; run it again for the rest.';
  expect(shownHeadline()).toBe(`Stopped after 1 of 4 photos. ${why}`);
  expect(bench.store.getState().notices.map(({ message }) => message)).toEqual([why]);
  expect(problems).toEqual([]);
  expect(added.map(({ name }) => name)).toEqual(['a.png']);
  expect(await bench.session.batchZip()?.text()).toBe('zip');
});

test('clearing the session ends the batch and drops its ZIP, its problems and the notices', async () => {
  await bench.add('a.png');
  await start();
  bench.session.showError(new VpdError('bad-image', 'b.png is not an image.'));
  const run = bench.call('depth');
  clearPage(bench);
  expect(run.signal?.aborted).toBe(true);
  await settle();
  expect(bench.store.getState()).toMatchObject({ batch: undefined, notices: [] });
  expect(bench.session.batchZip()).toBeUndefined();

  await bench.add('c.png');
  await start();
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('done');
  clearPage(bench);
  expect([batch(), bench.session.batchZip()]).toEqual([undefined, undefined]);
});

test('clearing the session keeps the notice that restarts the engine, but not a failed run', async () => {
  const photo = await bench.add('a.png');
  const lost: Notice = {
    id: 'a',
    code: 'device-lost',
    message: 'The GPU was lost.',
    details: '',
    retry: 'engine',
    files: [],
  };
  bench.store.setState({
    run: { key: segmentKey(photo), phase: 'failed', message: 'No memory.' },
    notices: [lost, { ...lost, id: 'b', message: 'a.png is too large.', retry: 'run' }],
  });
  clearPage(bench);
  expect(bench.store.getState().notices).toEqual([lost]);
  expect(bench.store.getState().run).toBeUndefined();
});

test('the headline tells the outcome for any number of photos', () => {
  const state = {
    job: { task: 'segment' },
    finished: 1,
    total: 1,
    problems: [],
    written: 1,
    bytes: 1,
    saved: false,
    message: undefined,
  } as const;
  const end = { ...state, phase: 'done', current: undefined, progress: undefined } as const;
  const problem = { photo: 'a', name: 'a.png', message: 'It cannot be read.' };
  expect(headline(end)).toBe('Classes: the photo is done.');
  expect(headline({ ...end, problems: [problem], written: 0 })).toBe('Classes: the photo is without a result.');
  expect(headline({ ...end, problems: [problem] })).toBe('Classes: the photo is done, with problems.');
  expect(headline({ ...end, finished: 0, total: 0 })).toBe('Classes: all photos were removed.');
  expect(headline({ ...end, finished: 3, total: 3, problems: [problem, problem] })).toBe(
    'Classes: all 3 photos are done, 1 of them with problems.',
  );
  expect(headline({ ...end, phase: 'stopped', finished: 0 })).toBe('Stopped after 0 of 1 photo.');
});
