/** Which parts of the page's state are offered to the disk. */
import { beforeEach, expect, test } from 'vitest';
import { createMedia, type Media } from '../photos/media.ts';
import { depthKey, rawMapsKey } from '../results/result-keys.ts';
import { createResults, type Results, type TaskResult } from '../results/results.ts';
import { type AppState, createAppStore } from '../store.ts';
import { depth, png } from '../testing/bench.ts';
import { photo } from '../testing/photo.ts';
import { collectRecord, recordOnDisk } from './collect-record.ts';
import { createLedger, type Ledger } from './ledger.ts';

const ORIGIN = { from: 'the report room.html', pack: { name: 'other', hash: 'b' } };
const KEY = depthKey('photo-1', undefined);

const found = (source: Pick<TaskResult, 'pack' | 'origin' | 'device'>): TaskResult => ({
  task: 'depth',
  result: depth(),
  ...source,
});

let state: AppState;
let results: Results;
let media: Media;
let ledger: Ledger;

const collect = (isReadable = async () => true) => collectRecord(state, { results, media }, ledger, isReadable);

/** Writes everything that is collected, except the results named. */
async function write(without: readonly string[] = []): Promise<void> {
  const { forgotten } = ledger;
  const { record, offered } = await collect();
  const kept = record.results.filter(({ key }) => !without.includes(key));
  ledger.accept({ ...record, results: kept }, offered, forgotten);
}

beforeEach(() => {
  state = createAppStore({ photos: [photo('photo-1')] }).getState();
  results = createResults();
  media = createMedia();
  media.files.set('photo-1', png('photo-1.png'));
  ledger = createLedger();
});

test('results of tasks are offered with their pack or their origin, imported ones last', async () => {
  results.set(KEY, found({ origin: ORIGIN }));
  const device = { backend: 'wasm', adapter: undefined };
  results.set(depthKey('photo-1', 'office'), found({ pack: 'a', device }));
  const { record, files } = await collect();
  expect(record.results.map(({ key, pack, origin, device }) => [key, pack, origin, device])).toEqual([
    [depthKey('photo-1', 'office'), 'a', undefined, device],
    [KEY, 'b', ORIGIN, undefined],
  ]);
  expect(new Set(files.map(({ name }) => name))).toEqual(
    new Set([...record.photos, ...record.results].map(({ file }) => file)),
  );
});

test('raw maps and results supplied with a sample are not offered', async () => {
  state = createAppStore({ photos: [photo('photo-1'), photo('sample-1', 'sample')] }).getState();
  results.set(rawMapsKey('photo-1', 'box'), { task: 'rawMaps', result: { layers: [], timings: [] }, pack: 'a' });
  results.set(depthKey('sample-1', undefined), found({ pack: 'a', origin: ORIGIN }));
  expect((await collect()).record.results).toEqual([]);
});

test('what is on disk has no new file, and stays in the record', async () => {
  results.set(KEY, found({ pack: 'a' }));
  const { record, offered } = await collect();
  ledger.accept(record, offered, ledger.forgotten);
  const again = await collect();
  expect(again.record.photos).toEqual(record.photos);
  expect(again.record.results).toEqual(record.results);
});

test('a result that was written is not written again; a newer one under its key is', async () => {
  results.set(KEY, found({ pack: 'a' }));
  await write();
  expect((await collect()).files).toEqual([]);
  results.set(KEY, found({ pack: 'a' }));
  expect((await collect()).files).toHaveLength(1);
});

test('a result that was offered and not written is not offered again', async () => {
  results.set(KEY, found({ pack: 'a' }));
  await write([KEY]);
  expect((await collect()).record.results).toEqual([]);
});

test('a photo whose file cannot be read is left out', async () => {
  const { record, files } = await collect(async () => false);
  expect([record.photos, files]).toEqual([[], []]);
});

test('the record on disk is available at once when all photos are on disk', async () => {
  expect(recordOnDisk(state, ledger)).toBeUndefined();
  results.set(KEY, found({ pack: 'a' }));
  await write();
  results.set(depthKey('photo-1', 'office'), found({ pack: 'a' }));
  const record = recordOnDisk(state, ledger);
  expect(record?.photos.map((each) => each.photo)).toEqual(['photo-1']);
  expect(record?.results.map(({ key }) => key)).toEqual([KEY]);
});

test('results that were forgotten during a write are not known as written, nor as refused', async () => {
  results.set(KEY, found({ pack: 'a' }));
  const { forgotten } = ledger;
  const { record, offered } = await collect();
  ledger.forgetResults();
  ledger.accept(record, offered, forgotten);
  expect(ledger.results.size).toBe(0);
  expect((await collect()).record.results.map(({ key }) => key)).toEqual([KEY]);
});
