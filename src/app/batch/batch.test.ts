/** A run over many photos while photos are taken away and the session is cleared. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VpdError } from '../../errors.ts';
import type { ToBatch } from '../../outputs/batch/job.ts';
import { clearPage } from '../keep/clear.ts';
import { segmentKey } from '../results/result-keys.ts';
import type { Notice } from '../store.ts';
import { depth, settle, testBench } from '../testing/bench.ts';
import { headline } from './words.ts';

/** The worker that writes the ZIP, which answers at once. */
class ZipWriter extends EventTarget {
  postMessage({ id, question }: { readonly id: number; readonly question: ToBatch }): void {
    const answer = question.kind === 'finish' ? new Blob(['zip']) : undefined;
    this.dispatchEvent(new MessageEvent('message', { data: { id, answer } }));
  }
  terminate() {}
}

const colours = { colormap: 'turbo', invert: true, range: { kind: 'whole' } } as const;
const SIZE = { width: 4, height: 3, bitmap: { close() {} } };

let bench: ReturnType<typeof testBench>;
const batch = () => bench.store.getState().batch;
const said = () => {
  const state = batch();
  return state && headline(state);
};
const asked = (method: string, photo: string) =>
  bench.calls.some((call) => call.method === method && JSON.stringify(call.params).includes(photo));

/** Starts the batch on all photos and answers for the pictures of the first. */
async function start(): Promise<void> {
  const ids = bench.store.getState().photos.map(({ id }) => id);
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, ids);
  await expect.poll(() => asked('addPhoto', `batch:${ids[0]}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
}

beforeEach(async () => {
  vi.stubGlobal('Worker', ZipWriter);
  bench = testBench({ task: 'segment' });
  await bench.open();
});
afterEach(() => vi.unstubAllGlobals());

test('photos that are removed before their turn are not counted', async () => {
  await bench.add('a.png');
  const other = await bench.add('b.png');
  await start();
  expect(said()).toBe('Depth: 0 of 2 photos.');
  bench.session.remove(other);
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(batch()).toMatchObject({ finished: 1, total: 1, problems: [] });
  expect(said()).toBe('Depth: the photo is done.');
});

test('a photo whose file is gone is named, and does not stop the rest', async () => {
  const gone = () => Promise.reject(new VpdError('missing', 'The file of a.png is gone.'));
  bench.session.bringEarlier([{ name: 'a.png', url: undefined, width: 4, height: 3, file: gone }]);
  await bench.add('b.png');
  const ids = bench.store.getState().photos.map(({ id }) => id);
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, ids);
  await expect.poll(() => asked('addPhoto', `batch:${ids[1]}`)).toBe(true);
  await bench.answer('addPhoto', SIZE);
  await bench.answer('depth', depth());
  await expect.poll(() => batch()?.phase).toBe('done');
  expect(batch()?.problems).toEqual([{ name: 'a.png', message: 'The file of a.png is gone.' }]);
  expect(bench.session.batchZip()).toBeDefined();
});

test('a cleared session keeps no ZIP, no list of problems and no notice, and its batch ends', async () => {
  await bench.add('a.png');
  await start();
  bench.session.tell(new VpdError('bad-image', 'b.png is not an image.'));
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

test('a cleared session keeps what brings the engine back, and no failure of its own', async () => {
  const photo = await bench.add('a.png');
  const lost: Notice = { id: 'a', code: 'device-lost', message: 'The GPU was lost.', details: '', retry: 'engine' };
  bench.store.setState({
    run: { key: segmentKey(photo), phase: 'failed', message: 'No memory.' },
    notices: [lost, { ...lost, id: 'b', message: 'a.png is too large.', retry: 'run' }],
  });
  clearPage(bench);
  expect(bench.store.getState().notices).toEqual([lost]);
  expect(bench.store.getState().run).toBeUndefined();
});

test('what a batch comes to is said of as many photos as there are', () => {
  const state = {
    job: { task: 'segment' },
    finished: 1,
    total: 1,
    problems: [],
    bytes: 1,
    message: undefined,
  } as const;
  const end = { ...state, phase: 'done', current: undefined, progress: undefined } as const;
  const problem = { name: 'a.png', message: 'It cannot be read.' };
  expect(headline(end)).toBe('Classes: the photo is done.');
  expect(headline({ ...end, problems: [problem] })).toBe('Classes: the photo is without a result.');
  expect(headline({ ...end, finished: 0, total: 0 })).toBe('Classes: no photo was left.');
  expect(headline({ ...end, finished: 3, total: 3, problems: [problem] })).toBe(
    'Classes: all 3 photos are done, 1 of them without a result.',
  );
  expect(headline({ ...end, phase: 'stopped', finished: 0 })).toBe('Stopped after 0 of 1 photo.');
});
