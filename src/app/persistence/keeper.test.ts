/** A session that cannot be read stays on disk as it is, until the session is cleared. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Folder } from '../../storage/files/folder.ts';
import type { SessionRecord } from '../../storage/session/record.ts';
import { writeSession } from '../../storage/session/session.ts';
import { memoryFolder } from '../../storage/testing/memory-folder.ts';
import { type PrivateFolder, privateFolder } from '../../storage/testing/private-folder.ts';
import { createAppStore } from '../store.ts';
import { testBench } from '../testing/bench.ts';
import { createKeeper, openPlace } from './keeper.ts';
import { takeSnapshot } from './snapshot.ts';

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
  const reported: unknown[] = [];
  const left: string[] = [];
  const placeOf = (id: string, own: Folder) => ({ id, folder: own, leave: () => void left.push(id) });
  const opened = await openPlace(
    placeOf('old', folder),
    async () => placeOf('new', fresh),
    (thrown) => reported.push(thrown),
  );
  return { ...opened, fresh, reported, left };
}

test('a session that can be read is opened in place', async () => {
  const folder = await kept({});
  const { place, record, aside, reported, left } = await open(folder);
  expect(record?.photos).toEqual([photo]);
  expect([place.id, place.folder, aside, reported, left]).toEqual(['old', folder, undefined, [], []]);
});

test('a session that an earlier version wrote beyond the limits is restored', async () => {
  const { record, reported } = await open(await kept({ draft: 'red '.repeat(2000) }));
  expect(reported).toEqual([]);
  expect(record?.photos).toEqual([photo]);
  expect(record?.snapshot.draft).toBe('red '.repeat(500));
});

test.each([
  ['of another version', { version: 9 }, /^The session kept from an earlier visit holds a session of version 9/],
  ['of another kind', { masks: 7 }, /^The session kept from an earlier visit is malformed at masks/],
])('a session %s is reported and left as it is: a new one is opened', async (_, change, message) => {
  const folder = await kept(change);
  const before = new Map(folder.files);
  const { place, record, aside, fresh, reported, left } = await open(folder);
  expect(reported).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  expect([place.id, record, aside, left]).toEqual(['new', undefined, 'old', ['old']]);
  await writeSession(place.folder, { snapshot, photos: [], results: [] }, []);
  folder.files.delete('set-aside');
  expect(folder.files).toEqual(before);
  expect([...fresh.files.keys()]).toEqual(['a.json']);
});

test('a session is not set aside if the disk does not answer', async () => {
  const folder = await kept({});
  const names = [...folder.files.keys()];
  const { place, aside, reported, left } = await open({ ...folder, read: () => Promise.reject(new Error('not now')) });
  expect([place.id, aside, reported, left]).toEqual(['new', 'old', [new Error('not now')], ['old']]);
  expect([...folder.files.keys()]).toEqual(names);
});

describe('a session that was set aside', () => {
  const OLD = 'old';
  let sessions: PrivateFolder;
  let left: Map<string, string>;
  let held: Set<string>;

  const storageOf = (items: Map<string, string>) => ({
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });

  /** A fake of `navigator.locks.request`, for all tabs. */
  async function request(name: string, _: object, work: (lock: object | null) => unknown): Promise<void> {
    if (held.has(name)) return void (await work(null));
    held.add(name);
    await work({});
    held.delete(name);
  }

  /** Opens the page in a tab with this session storage. */
  async function openTab(tab = new Map<string, string>()) {
    vi.stubGlobal('sessionStorage', storageOf(tab));
    const bench = testBench();
    const keeper = await createKeeper(bench);
    return { keeper, tab, reported: bench.store.getState().notices.length };
  }
  /** Closes or reloads all tabs. */
  const closeAll = () => held.clear();

  function addSession(id: string, files: Readonly<Record<string, string>>): void {
    const session = privateFolder();
    for (const [name, content] of Object.entries(files)) session.files.set(name, new TextEncoder().encode(content));
    sessions.folders.set(id, session);
  }
  const ids = () => [...sessions.folders.keys()];

  beforeEach(() => {
    const root = privateFolder();
    sessions = privateFolder();
    root.folders.set('sessions', sessions);
    addSession(OLD, { 'a.json': 'torn', 'photo-a': 'bytes' });
    left = new Map([['session-left', `${OLD} torn, too`]]);
    held = new Set();
    vi.stubGlobal('window', new EventTarget());
    vi.stubGlobal('document', new EventTarget());
    vi.stubGlobal('localStorage', storageOf(left));
    vi.stubGlobal('navigator', { storage: { getDirectory: async () => root }, locks: { request } });
  });
  afterEach(() => vi.unstubAllGlobals());

  test('is opened neither by other tabs nor by this one after a reload', async () => {
    const first = await openTab();
    const second = await openTab();
    expect([first.reported, second.reported]).toEqual([1, 0]);
    closeAll();
    expect((await openTab(first.tab)).reported).toBe(0);
    expect((await openTab(new Map([['session', OLD]]))).reported).toBe(0);
    expect(ids()).toContain(OLD);
  });

  test.each([
    ['at once', false],
    ['after a reload', true],
  ])('is cleared %s, with its unload record', async (_, reloaded) => {
    let page = await openTab();
    if (reloaded) {
      closeAll();
      page = await openTab(page.tab);
    }
    await page.keeper.clear();
    expect(ids()).toEqual([page.tab.get('session')]);
    expect(left.size).toBe(0);
  });

  test('by another version is opened if this one can read it; clearing deletes those that no tab has open', async () => {
    for (const id of ['one', 'two']) addSession(id, { 'set-aside': '0' });
    sessions.folders.delete(OLD);
    const [first, second, third] = [await openTab(), await openTab(), await openTab()];
    expect([first, second].map(({ tab }) => tab.get('session'))).toEqual(['one', 'two']);
    await third.keeper.clear();
    expect(ids()).toEqual(['one', 'two', third.tab.get('session')]);
    closeAll();
    const later = await openTab(third.tab);
    await later.keeper.clear();
    expect(ids()).toEqual([third.tab.get('session')]);
    expect(left.get('session-left'), 'the unload record of a deleted session').toBe(`${OLD} torn, too`);
  });
});
