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
