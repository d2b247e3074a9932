/** A session that cannot be read stays on the disk as it is, until the session is cleared. */
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
  const said: unknown[] = [];
  const left: string[] = [];
  const placeOf = (id: string, own: Folder) => ({ id, folder: own, leave: () => void left.push(id) });
  const opened = await openPlace(
    placeOf('old', folder),
    async () => placeOf('new', fresh),
    (thrown) => said.push(thrown),
  );
  return { ...opened, fresh, said, left };
}

test('what can be read goes on where it is', async () => {
  const folder = await kept({});
  const { place, record, aside, said, left } = await open(folder);
  expect(record?.photos).toEqual([photo]);
  expect([place.id, place.folder, aside, said, left]).toEqual(['old', folder, undefined, [], []]);
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
  const { place, record, aside, fresh, said, left } = await open(folder);
  expect(said).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  expect([place.id, record, aside, left]).toEqual(['new', undefined, 'old', ['old']]);
  await writeSession(place.folder, { snapshot, photos: [], results: [] }, []);
  folder.files.delete('set-aside');
  expect(folder.files).toEqual(before);
  expect([...fresh.files.keys()]).toEqual(['a.json']);
});

test('a disk that does not answer sets nothing aside', async () => {
  const folder = await kept({});
  const names = [...folder.files.keys()];
  const { place, aside, said, left } = await open({ ...folder, read: () => Promise.reject(new Error('not now')) });
  expect([place.id, aside, said, left]).toEqual(['new', 'old', [new Error('not now')], ['old']]);
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

  /** The Web Locks of all tabs, as far as they are used. */
  async function request(name: string, _: object, work: (lock: object | null) => unknown): Promise<void> {
    if (held.has(name)) return void (await work(null));
    held.add(name);
    await work({});
    held.delete(name);
  }

  /** Opens the page in a tab, by what the tab remembers. */
  async function openTab(tab = new Map<string, string>()) {
    vi.stubGlobal('sessionStorage', storageOf(tab));
    const bench = testBench();
    const keeper = await createKeeper(bench);
    return { keeper, tab, said: bench.store.getState().notices.length };
  }
  /** All tabs are closed or reloaded. */
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

  test('is no other tab’s, nor this one’s after a reload', async () => {
    const first = await openTab();
    const second = await openTab();
    expect([first.said, second.said]).toEqual([1, 0]);
    closeAll();
    expect((await openTab(first.tab)).said).toBe(0);
    expect((await openTab(new Map([['session', OLD]]))).said).toBe(0);
    expect(ids()).toContain(OLD);
  });

  test.each([
    ['at once', false],
    ['after a reload', true],
  ])('is cleared %s, with its last words', async (_, reloaded) => {
    let page = await openTab();
    if (reloaded) {
      closeAll();
      page = await openTab(page.tab);
    }
    await page.keeper.clear();
    expect(ids()).toEqual([page.tab.get('session')]);
    expect(left.size).toBe(0);
  });

  test('by another version may be read by this one; cleared are those that no tab has open', async () => {
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
    expect(left.get('session-left'), 'the words of a session that is no more').toBe(`${OLD} torn, too`);
  });
});
