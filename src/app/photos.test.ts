/** Which pictures are in memory: those looked at last. */
import { beforeEach, expect, test } from 'vitest';
import { VpdError } from '../errors.ts';
import { reportable } from './report-save.ts';
import { depthKey } from './results.ts';
import { depth, png, settle, testBench } from './testing.ts';

const MOST = 10;

let bench: ReturnType<typeof testBench>;
let closed: string[];

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

beforeEach(async () => {
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

test('a photo whose file cannot be read a second time stays in the strip, which is said', async () => {
  await lookAt(MOST + 1);
  bench.results.files.delete('photo-1');
  bench.results.sources.set('photo-1', () => Promise.reject(new VpdError('storage', 'a.png has changed.')));
  bench.session.select('photo-1');
  await settle();
  expect(stateOf('photo-1')).toBe('idle');
  expect(bench.store.getState().notices.map(({ message }) => message)).toEqual(['a.png has changed.']);
});
