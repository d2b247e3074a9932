import { afterEach, expect, test, vi } from 'vitest';
import { SESSIONS_FOLDER } from '../files/opfs.ts';
import { pageLocks, privateFolder } from '../testing/private-folder.ts';
import { clearSetAside, freshPlace, takePlace } from './places.ts';
import { setAside } from './set-aside.ts';

afterEach(() => vi.unstubAllGlobals());

/**
 * Stubs a browser with these sessions, the most recently written first.
 * @param open Sessions that other tabs have open.
 */
function browserWith(ids: readonly string[], open: readonly string[] = []) {
  const root = privateFolder();
  const sessions = privateFolder();
  root.folders.set(SESSIONS_FOLDER, sessions);
  ids.forEach((id, age) => {
    const session = privateFolder();
    session.files.set('a.json', new TextEncoder().encode('{}'));
    session.dates.set('a.json', 1000 - age);
    sessions.folders.set(id, session);
  });
  vi.stubGlobal('navigator', {
    storage: { getDirectory: async () => root },
    locks: pageLocks(new Set(open.map((id) => `vpd-session ${id}`))),
  });
  return { left: () => [...sessions.folders.keys()], sessions };
}

test('a new tab takes the newest session, and the fifth is deleted', async () => {
  const { left } = browserWith(['d', 'a', 'e', 'b', 'c']);
  expect((await takePlace(undefined)).id).toBe('d');
  expect(left()).toEqual(['d', 'a', 'e', 'b']);
});

test('a reloaded tab takes its own session whatever its age; of the other sessions the three newest are kept', async () => {
  const { left } = browserWith(['a', 'b', 'c', 'd', 'wanted', 'e']);
  expect((await takePlace('wanted')).id).toBe('wanted');
  expect(left()).toEqual(['a', 'b', 'c', 'wanted']);
});

test('the newer of its two records is the time of a session', async () => {
  const { left, sessions } = browserWith(['a', 'b']);
  const later = sessions.folders.get('b');
  later?.files.set('b.json', new TextEncoder().encode('{}'));
  later?.dates.set('b.json', 2000);
  expect((await takePlace(undefined)).id).toBe('b');
  expect(left()).toEqual(['a', 'b']);
});

test.each([
  ['released', 'wanted', (work: (lock: object) => unknown) => work({})],
  ['not released in time', 'a', () => Promise.reject(new DOMException('', 'TimeoutError'))],
] as const)('a lock that the page held before its reload is waited for: %s', async (_, taken, wait) => {
  browserWith(['a', 'wanted']);
  const request = async (name: string, options: object, work: (lock: object | null) => unknown) =>
    'signal' in options ? wait(work) : work(name.endsWith('wanted') ? null : {});
  vi.stubGlobal('navigator', { ...navigator, locks: { request } });
  expect((await takePlace('wanted')).id).toBe(taken);
});

test('a session that another tab has open is neither taken, even if wanted, nor deleted', async () => {
  const { left } = browserWith(['a', 'b', 'c', 'd', 'e', 'f'], ['a', 'f']);
  expect((await takePlace('a')).id).toBe('b');
  expect(left()).toEqual(['a', 'b', 'c', 'd', 'f']);
});

test('if all sessions are open or set aside, a new one is created', async () => {
  const { left, sessions } = browserWith(['a', 'b'], ['b']);
  const aside = await takePlace('a');
  await setAside(aside.folder);
  const { id } = await takePlace('a');
  expect(['a', 'b']).not.toContain(id);
  expect(left()).toEqual(['a', 'b', id]);

  sessions.folders.get('a')?.files.set('set-aside', new TextEncoder().encode('another version'));
  expect((await takePlace(undefined)).id, 'set aside by another version only').toBe('a');
});

test('a new session is created on request; sessions that were set aside are deleted unless a tab has them open', async () => {
  const { left, sessions } = browserWith(['a', 'b', 'c', 'd'], ['c']);
  for (const id of ['b', 'c']) sessions.folders.get(id)?.files.set('set-aside', new Uint8Array());
  const { id } = await freshPlace();
  const gone: string[] = [];
  await clearSetAside('d', (each) => gone.push(each));
  expect(gone).toEqual(['b', 'd']);
  expect(left()).toEqual(['a', 'c', id]);
});
