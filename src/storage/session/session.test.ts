import { expect, test, vi } from 'vitest';
import type { Answer } from '../../engine/answer.ts';
import { rangeBlob } from '../../weights/range-blob.ts';
import { storageError } from '../files/opfs.ts';
import { memoryFolder } from '../testing/memory-folder.ts';
import type { SessionRecord } from './record.ts';
import { readResult } from './result-file.ts';
import { clearSession, readSession, writeSession } from './session.ts';
import { parseSnapshot, SNAPSHOT_VERSION } from './snapshot.ts';

function record(names: readonly string[], results: readonly string[] = []): SessionRecord {
  return {
    snapshot: parseSnapshot(
      {
        version: SNAPSHOT_VERSION,
        photos: names.map((name) => ({ id: name, name: `${name}.png`, source: 'user' })),
        selected: names[0],
        task: 'depth',
        masks: {},
        depth: {},
        refer: {},
        segment: {},
        stage: {},
      },
      'the test',
    ),
    photos: names.map((name) => ({
      photo: name,
      file: `photo-${name}`,
      type: 'image/png',
      width: 4,
      height: 3,
      thumbnail: undefined,
    })),
    results: results.map((name) => ({ key: `a|${name}|`, file: `result-${name}`, pack: 'abc' })),
  };
}
const photo = (name: string) => ({ name: `photo-${name}`, content: new Blob([`bytes of ${name}`]) });
const depth: Answer = {
  task: 'depth',
  result: { width: 2, height: 1, metres: Float32Array.of(1, 2), min: 1, max: 2, timings: [] },
};
/** A depth result whose file has slightly more than 100 kB. */
const large = (name: string) => ({
  name: `result-${name}`,
  content: { ...depth, result: { ...depth.result, metres: new Float32Array(25_000) } },
});

test('photos, settings and results are restored; files of removed photos are deleted', async () => {
  const folder = memoryFolder();
  expect(await readSession(folder)).toBeUndefined();
  await writeSession(folder, record(['a', 'b'], ['depth']), [
    photo('a'),
    photo('b'),
    { name: 'result-depth', content: depth },
  ]);
  expect(await readSession(folder)).toEqual(record(['a', 'b'], ['depth']));
  expect(await folder.files.get('photo-b')?.text()).toBe('bytes of b');
  expect(await readResult(folder.files.get('result-depth') ?? new Blob())).toEqual(depth);

  await writeSession(folder, record(['b']), []);
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'b.json', 'photo-b']);
  await clearSession(folder);
  expect(folder.files.size).toBe(0);
});

test('no space for a photo: an error, and the previous session stays intact', async () => {
  const folder = memoryFolder();
  await writeSession(folder, record(['a']), [photo('a')]);
  folder.tear(3);
  await expect(writeSession(folder, record(['a', 'b']), [photo('b')])).rejects.toThrow(
    'The browser has no space left to keep this session, so newer changes will be lost when the page is closed; remove photos or free some disk space.',
  );
  expect(await readSession(folder)).toEqual(record(['a']));
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'photo-a']);
});

test('no space for a result: only that result is left out', async () => {
  // The record fits only after the incomplete file of the result was deleted.
  const folder = memoryFolder(100_700);
  folder.tear(100_000);
  const written = await writeSession(folder, record([], ['depth']), [large('depth')]);
  expect(written.results).toEqual([]);
  expect(await readSession(folder)).toEqual(record([]));
  expect([...folder.files.keys()]).toEqual(['a.json']);
});

const bytesOf = (bytes: number): Blob => new Blob([new Uint8Array(bytes)]);
const namesOf = ({ results }: SessionRecord) => results.map(({ file }) => file);

test('a full disk: the oldest results are deleted to make room for a photo', async () => {
  const folder = memoryFolder(365_000);
  const names = ['old', 'middle', 'new'];
  await writeSession(folder, record(['a'], names), [photo('a'), ...names.map(large)]);
  const written = await writeSession(folder, record(['a', 'b'], names), [
    { name: 'photo-b', content: bytesOf(90_000) },
  ]);
  expect(namesOf(written)).toEqual(['result-middle', 'result-new']);
  expect(await readSession(folder)).toEqual(written);
  expect(folder.files.get('photo-b')?.size).toBe(90_000);
});

test('a full disk: results are deleted to make room for the record; an error if that is not enough', async () => {
  const folder = memoryFolder(301_000);
  const names = ['old', 'middle', 'new'];
  const written = await writeSession(folder, record([], names), names.map(large));
  expect(namesOf(written)).toEqual(['result-middle', 'result-new']);
  expect(await readSession(folder)).toEqual(written);

  const photo = { name: 'photo-a', content: bytesOf(400_000) };
  await expect(writeSession(folder, record(['a'], ['middle', 'new']), [photo])).rejects.toThrow(
    'The browser has no space left to keep this session',
  );
  expect(await readSession(folder)).toEqual(record([]));
  expect(namesOf(await writeSession(folder, record([], ['middle', 'new']), [])), 'deleted files').toEqual([]);
});

test('a full disk: if deleting as many bytes as are missing is not enough, all results are deleted', async () => {
  const folder = memoryFolder();
  const names = ['old', 'middle', 'new'];
  await writeSession(folder, record([], names), names.map(large));
  const { write } = folder;
  vi.spyOn(folder, 'write').mockImplementation(async (name, content) => {
    if (folder.files.has('result-new')) throw storageError(name, new DOMException('', 'QuotaExceededError'));
    await write(name, content);
  });
  const written = await writeSession(folder, record(['a'], names), [photo('a')]);
  expect(namesOf(written)).toEqual([]);
  expect([...folder.files.keys()].sort()).toEqual(['a.json', 'b.json', 'photo-a']);
});

test('another error than a full disk deletes no results', async () => {
  const folder = memoryFolder();
  await writeSession(folder, record([], ['depth']), [large('depth')]);
  vi.spyOn(folder, 'write').mockRejectedValue(new DOMException('The disk was removed.', 'NotFoundError'));
  await expect(writeSession(folder, record(['a'], ['depth']), [photo('a')])).rejects.toThrow('The disk was removed.');
  expect(await readSession(folder)).toEqual(record([], ['depth']));
});

test('results beyond 256 MB: the oldest are deleted for newer ones, and results that do not fit are not written', async () => {
  // Old results are deleted before new ones are written.
  const folder = memoryFolder(256 * 2 ** 20 + 50_000);
  await writeSession(folder, record([], ['oldest', 'old']), [large('oldest'), large('old')]);
  const unread = async () => new Uint8Array(0);
  folder.files.set('result-oldest', rangeBlob(56 * 2 ** 20, unread));
  folder.files.set('result-old', rangeBlob(200 * 2 ** 20, unread));
  const written = await writeSession(folder, record([], ['oldest', 'old', 'new']), [large('new')]);
  expect(namesOf(written)).toEqual(['result-old', 'result-new']);
  expect(folder.files.has('result-oldest')).toBe(false);

  const writes = vi.spyOn(folder, 'write');
  const metres = new Float32Array(65 * 2 ** 20);
  const tooLong = { name: 'result-huge', content: { ...depth, result: { ...depth.result, metres } } };
  const next = await writeSession(folder, record([], ['old', 'huge', 'newest']), [tooLong, large('newest')]);
  expect(namesOf(next)).toEqual(['result-newest']);
  expect(writes.mock.calls.map(([name]) => name)).toEqual(['result-newest', 'a.json']);
});

test('a session of another version is refused', async () => {
  const folder = memoryFolder();
  const now = record(['a']);
  const newer = { ...now, snapshot: { ...now.snapshot, version: 9 } };
  await writeSession(folder, Object.assign({}, now, newer), [photo('a')]);
  await expect(readSession(folder)).rejects.toThrow(
    'The session kept from an earlier visit holds a session of version 9 and this page reads 1.',
  );
});

test('a photo whose file is missing is left out', async () => {
  const folder = memoryFolder();
  await writeSession(folder, record(['a', 'b']), [photo('a'), photo('b')]);
  folder.files.delete('photo-a');
  expect((await readSession(folder))?.photos.map(({ photo }) => photo)).toEqual(['b']);
});
