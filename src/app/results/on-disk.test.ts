/** Results that are on disk but not in memory are read, not computed again. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Answer } from '../../engine/answer.ts';
import type { FromBatch, ToBatch } from '../../outputs/batch/protocol.ts';
import { clearPage } from '../persistence/clear.ts';
import { depth, mask, png, settle, testBench } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';
import { depthKey, referKey } from './result-keys.ts';
import { depthOf, referOf } from './selectors.ts';

let bench: ReturnType<typeof testBench>;
let disk: ReturnType<typeof keptOnDisk>;

const requested = (method: string) => bench.calls.filter((call) => call.method === method).length;
const shownDepth = () => depthOf(bench.store.getState(), bench.results);
const kept = () => ({ ...depth(), max: 7 });

beforeEach(() => {
  bench = testBench();
  disk = keptOnDisk();
  bench.results.kept = disk.results;
});
afterEach(() => vi.unstubAllGlobals());

test('a result evicted from memory is read from disk, and not written again', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  await bench.answer('depth', depth());
  const key = depthKey(photo, undefined);
  await disk.keep(key, { task: 'depth', result: kept() });
  bench.session.setTask('segment');
  await settle();
  await bench.answer('segment', { width: 1, height: 1, labels: Uint8Array.of(0), classes: [], timings: [] });
  bench.results.delete(key);
  bench.session.setTask('depth');
  await expect.poll(() => shownDepth()?.max).toBe(7);
  expect(requested('depth')).toBe(1);
  expect(bench.store.getState().run).toBeUndefined();
  expect(disk.ledger.held.get(key)?.deref()).toBe(bench.results.get(key));
});

test.each<[what: string, found: Answer, pack: string, torn: boolean]>([
  ['of another model', { task: 'refer', result: mask() }, 'b', false],
  ['that is damaged', { task: 'refer', result: mask() }, 'a', true],
  ['that is zero-shot but stored as the head’s', { task: 'refer', result: mask(true) }, 'a', false],
])('a result %s is computed', async (_what, found, pack, torn) => {
  bench.session.setTask('refer');
  await bench.open();
  const photo = await bench.add('a.png');
  await disk.keep(referKey(photo, 'box', false), found, pack);
  if (torn) await disk.folder.write('result-0', new Blob(['torn']));
  bench.session.find('box');
  await expect.poll(() => requested('refer')).toBe(1);
  await bench.answer('refer', mask());
  expect(referOf(bench.store.getState(), bench.results)?.zeroShot).toBeUndefined();
  expect(requested('refer')).toBe(1);
});

test('results of the same model at another size are not used', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  await bench.answer('depth', depth());
  await disk.keep(depthKey(photo, undefined), { task: 'depth', result: kept() });
  void bench.session.openPack({ stored: 'same' }, { longSide: 256 });
  await settle();
  await bench.opened({ hash: 'a at 256 px' });
  await expect.poll(() => requested('depth')).toBe(2);
});

test('reopening at a size that changes nothing keeps the results on disk', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  await disk.keep(depthKey(photo, undefined), { task: 'depth', result: kept() });
  void bench.session.openPack({ stored: 'same' }, { longSide: 4096 });
  await settle();
  await bench.opened();
  expect(bench.results.kept.list()).toHaveLength(1);
});

const origin = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };

test('an imported result is read from disk as its own model’s, until it is computed here or another model is opened', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  await bench.answer('depth', depth());
  const key = depthKey(photo, undefined);
  await disk.keep(key, { task: 'depth', result: kept() }, 'b', origin);
  bench.results.delete(key);
  bench.store.setState({ revision: 100 });
  await expect.poll(() => bench.results.get(key)).toMatchObject({ origin, result: { max: 7 } });
  expect(bench.results.get(key)?.pack, 'no pack replaces it').toBeUndefined();
  expect(requested('depth')).toBe(1);

  bench.session.computeHere();
  await expect.poll(() => requested('depth'), { message: 'although it is on disk' }).toBe(2);
  await bench.answer('depth', depth());
  expect(bench.results.get(key)).toMatchObject({ pack: 'a' });

  void bench.session.openPack({ stored: 'another' });
  await settle();
  await bench.opened({ hash: 'c' });
  expect(bench.results.kept.list()).toEqual([]);
});

test('imported results are evicted from memory only when they are on disk', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  for (let scene = 0; scene < 60; scene++) {
    bench.results.set(depthKey(photo, `imported ${scene}`), { task: 'depth', result: depth(), origin });
    bench.results.set(depthKey(photo, `own ${scene}`), { task: 'depth', result: depth(), pack: 'a' });
  }
  const imported = () => bench.results.ofPhoto(photo).filter(([, result]) => result.origin).length;
  expect(imported()).toBe(60);
  for (let scene = 0; scene < 60; scene++)
    await disk.keep(depthKey(photo, `imported ${scene}`), { task: 'depth', result: depth() }, 'b', origin);
  bench.results.set(depthKey(photo, 'one more'), { task: 'depth', result: depth(), pack: 'a' });
  expect(bench.results.ofPhoto(photo)).toHaveLength(48);
});

test('a removed photo is restored with its imported results, even those on disk only', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  const key = depthKey(photo, 'office');
  await disk.keep(key, { task: 'depth', result: kept() }, 'b', origin);
  bench.session.remove(photo);
  await bench.media.removed;
  // As the next write does.
  disk.ledger.results.delete(key);
  await bench.session.undoRemove();
  expect(bench.results.get(key)).toMatchObject({ origin, result: { max: 7 } });
});

test('a cleared session reads nothing from disk', async () => {
  await bench.open();
  const photo = await bench.add('a.png');
  await disk.keep(depthKey(photo, undefined), { task: 'depth', result: kept() });
  clearPage(bench);
  expect(bench.results.kept.list()).toEqual([]);
});

test('a batch reads results of photos that were not selected from disk, without putting them into memory', async () => {
  const outcomes: Answer[] = [];
  class ZipWriter extends EventTarget {
    postMessage({ id, question }: { readonly id: number; readonly question: ToBatch }): void {
      if (question.kind === 'add') outcomes.push(question.outcome);
      const answer: FromBatch = question.kind === 'finish' ? new Blob(['zip']) : undefined;
      this.dispatchEvent(new MessageEvent('message', { data: { id, answer } }));
    }
    terminate() {}
  }
  vi.stubGlobal('Worker', ZipWriter);
  await bench.open();
  const earlier = { url: undefined, width: 4, height: 3, file: async () => png('') };
  const ids = bench.session.restorePhotos([{ ...earlier, name: 'a.png' }]);
  for (const id of ids) await disk.keep(depthKey(id, undefined), { task: 'depth', result: kept() });
  const colours = { colormap: 'turbo', invert: true, range: { kind: 'whole' }, contour: 0 } as const;
  bench.session.startBatch({ task: 'depth', scene: undefined, colours }, ids);
  await expect.poll(() => bench.store.getState().batch?.phase).toBe('done');
  expect(outcomes).toMatchObject([{ task: 'depth', result: { max: 7 } }]);
  expect(bench.calls.map(({ method }) => method)).toEqual(['open']);
  expect(bench.results.ofPhoto('photo-1')).toEqual([]);
});
