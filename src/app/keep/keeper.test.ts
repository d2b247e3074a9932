/** A session that cannot be read stays on the disk as it is. */
import { expect, test } from 'vitest';
import type { Folder } from '../../storage/folder.ts';
import { memoryFolder } from '../../storage/memory-folder.ts';
import { writeSession } from '../../storage/session-folder.ts';
import type { SessionRecord } from '../../storage/session-record.ts';
import { takeSnapshot } from '../snapshot.ts';
import { createAppStore } from '../store.ts';
import { openPlace } from './keeper.ts';

const snapshot = takeSnapshot(createAppStore().getState());
const photo = { photo: 'photo-1', file: 'photo-a', type: 'image/png', width: 4, height: 3, thumbnail: undefined };

async function kept(change: object): Promise<ReturnType<typeof memoryFolder>> {
  const folder = memoryFolder();
  const photos = [{ id: 'photo-1', name: 'a.png', source: 'user' }] as const;
  const record: SessionRecord = { snapshot: { ...snapshot, photos, ...change }, photos: [photo], results: [] };
  await writeSession(folder, record, [{ name: 'photo-a', content: new Blob(['bytes']) }]);
  return folder;
}

async function open(folder: Folder) {
  const fresh = memoryFolder();
  const said: unknown[] = [];
  const opened = await openPlace(
    { id: 'old', folder },
    async () => ({ id: 'new', folder: fresh }),
    (thrown) => said.push(thrown),
  );
  return { ...opened, fresh, said };
}

test('what can be read goes on where it is', async () => {
  const folder = await kept({});
  const { place, record, aside, said } = await open(folder);
  expect(record?.photos).toEqual([photo]);
  expect([place, aside, said]).toEqual([{ id: 'old', folder }, undefined, []]);
});

test('what an earlier version wrote beyond the limits is brought back', async () => {
  const { record, said } = await open(await kept({ draft: 'red '.repeat(2000) }));
  expect(said).toEqual([]);
  expect(record?.photos).toEqual([photo]);
  expect(record?.snapshot.draft).toBe('red '.repeat(500));
});

test.each([
  ['of another version', { version: 9 }, /^The session kept from an earlier visit holds a session of version 9/],
  ['of another kind', { masks: 7 }, /^The session kept from an earlier visit is malformed at masks/],
])('what is %s is said and left alone: the session goes on elsewhere', async (_, change, message) => {
  const folder = await kept(change);
  const before = new Map(folder.files);
  const { place, record, aside, fresh, said } = await open(folder);
  expect(said).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  expect([place.id, record, aside]).toEqual(['new', undefined, folder]);
  await writeSession(place.folder, { snapshot, photos: [], results: [] }, []);
  expect(folder.files).toEqual(before);
  expect([...fresh.files.keys()]).toEqual(['a.json']);
});
