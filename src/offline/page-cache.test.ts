import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HASH_DIGITS, type HashedFiles, type OfflineFiles } from './offline-files.ts';
import { createPageCache } from './page-cache.ts';

const SCOPE = 'https://host/page/';
const RUNTIME = 'assets/ort-wasm-simd-threaded.jspi-AAAAAAAA.wasm';
const NEXT_RUNTIME = 'assets/ort-wasm-simd-threaded.jspi-B-_BBBBB.wasm';
const OTHER_RUNTIME = 'assets/ort-wasm-simd-threaded-CCCCCCCC.wasm';

/** The server's files by path; the paths requested since `requested` was reset. */
const server = new Map<string, string>();
let requested: string[] = [];
let online = true;

const networkFetch = globalThis.fetch;
beforeEach(() => {
  server.clear();
  requested = [];
  online = true;
  globalThis.fetch = async (from) => {
    const path = (from instanceof Request ? from.url : String(from)).slice(SCOPE.length);
    requested.push(path);
    if (!online) throw new TypeError('Failed to fetch');
    return new Response(server.get(path), { status: server.has(path) ? 200 : 404 });
  };
});
afterEach(() => {
  globalThis.fetch = networkFetch;
});

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS);
const hashed = (files: Readonly<Record<string, string>>): HashedFiles =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, hashOf(content)]));

/** Puts a version on the server: its page and its builds of the runtime. */
function release(version: string, runtimes: Readonly<Record<string, string>>): OfflineFiles {
  const always = { 'index.html': 'page', [`assets/index-${version}.js`]: `code ${version}` };
  for (const [path, content] of Object.entries({ ...always, ...runtimes })) server.set(path, content);
  return { version, always: hashed(always), onDemand: hashed(runtimes) };
}

const addressOf = (from: RequestInfo | URL) => (from instanceof Request ? from.url : String(from));
const unused = () => Promise.reject(new Error('Not used here.'));

/** A browser's CacheStorage, as far as it is used. */
function caches(): CacheStorage {
  const all = new Map<string, Map<string, Response>>();
  const open = async (name: string): Promise<Cache> => {
    const entries = all.get(name) ?? new Map<string, Response>();
    all.set(name, entries);
    return {
      add: unused,
      addAll: unused,
      matchAll: unused,
      delete: unused,
      keys: async () => [...entries.keys()].map((url) => new Request(url)),
      match: async (from) => entries.get(addressOf(from))?.clone(),
      put: async (from, response) => void entries.set(addressOf(from), response),
    };
  };
  return {
    open,
    has: async (name) => all.has(name),
    delete: async (name) => all.delete(name),
    keys: async () => [...all.keys()],
    match: async (from, { cacheName = '' } = {}) => all.get(cacheName)?.get(addressOf(from))?.clone(),
  };
}

const versionsIn = async (storage: CacheStorage) => (await storage.keys()).map((key) => key.split(' ').at(-1));

function open(files: OfflineFiles, storage: CacheStorage) {
  const cache = createPageCache(files, SCOPE, storage);
  return {
    ...cache,
    /** Returns what a page gets for a path. */
    async get(path: string): Promise<string> {
      return (await cache.answer(path, new Request(SCOPE + path))).text();
    },
  };
}

test('a new version keeps the runtime that the previous version used, so its first visit needs no network', async () => {
  const storage = caches();
  const runtimes = { [RUNTIME]: 'jspi', [OTHER_RUNTIME]: 'plain' };
  const first = open(release('one', runtimes), storage);
  await first.install();
  expect(requested, 'a build of the runtime is fetched when it is used').not.toContain(RUNTIME);
  await first.tidy();
  await first.keep([SCOPE + RUNTIME]);
  requested = [];
  const second = open(release('two', runtimes), storage);
  await second.install();
  expect(requested).toEqual(['assets/index-two.js']);
  await second.tidy();
  online = false;
  await storage.delete(`page ${SCOPE} one`);
  expect(await second.get(RUNTIME)).toBe('jspi');
  expect(await second.get('index.html')).toBe('page');
});

test('a changed build of the runtime is fetched together with the new version', async () => {
  const storage = caches();
  const first = open(release('one', { [RUNTIME]: 'jspi', [OTHER_RUNTIME]: 'plain' }), storage);
  await first.install();
  await first.keep([SCOPE + RUNTIME]);
  requested = [];
  const second = open(release('two', { [NEXT_RUNTIME]: 'jspi, better', [OTHER_RUNTIME]: 'plain, better' }), storage);
  await second.install();
  expect(requested.sort()).toEqual([NEXT_RUNTIME, 'assets/index-two.js'].sort());
  online = false;
  expect(await second.get(NEXT_RUNTIME)).toBe('jspi, better');
  expect(await second.get(RUNTIME), 'a page of the previous version requests its own build').toBe('jspi');
  await expect(second.get(OTHER_RUNTIME)).rejects.toThrow('Failed to fetch');
});

test('later versions keep only the build of the runtime that was used last', async () => {
  const storage = caches();
  const runtimes = { [RUNTIME]: 'jspi', [OTHER_RUNTIME]: 'plain' };
  const first = open(release('one', runtimes), storage);
  await first.install();
  await first.tidy();
  await first.keep([`${SCOPE}index.html`, SCOPE + RUNTIME]);
  await first.keep([SCOPE + OTHER_RUNTIME]);
  await first.keep([`${SCOPE}index.html`]);
  for (const version of ['two', 'three']) {
    const next = open(release(version, runtimes), storage);
    await next.install();
    await next.tidy();
  }
  const paths = (await (await storage.open(`page ${SCOPE} three`)).keys()).map(({ url }) => url.slice(SCOPE.length));
  expect(paths).toContain(OTHER_RUNTIME);
  expect(paths).not.toContain(RUNTIME);
});

test('a build that only an older version used is not kept in a new version', async () => {
  const storage = caches();
  const runtimes = { [RUNTIME]: 'jspi', [OTHER_RUNTIME]: 'plain' };
  const [first, second, third] = ['one', 'two', 'three'].map((version) => open(release(version, runtimes), storage));
  await first?.install();
  await first?.tidy();
  await second?.install();
  await second?.tidy();
  await first?.keep([SCOPE + RUNTIME]);
  await second?.keep([SCOPE + OTHER_RUNTIME]);
  requested = [];
  // An unused build may no longer be on the server, or there may be no space for it.
  server.delete(RUNTIME);
  await third?.install();
  expect(requested).toEqual(['assets/index-three.js']);
  const paths = (await (await storage.open(`page ${SCOPE} three`)).keys()).map(({ url }) => url.slice(SCOPE.length));
  expect(paths).toContain(OTHER_RUNTIME);
  expect(paths).not.toContain(RUNTIME);
});

test('a runtime that the old version kept after the new one was fetched is answered from the old cache', async () => {
  const storage = caches();
  const first = open(release('one', { [RUNTIME]: 'jspi' }), storage);
  await first.install();
  const second = open(release('two', { [RUNTIME]: 'jspi' }), storage);
  await second.install();
  await first.keep([SCOPE + RUNTIME]);
  await second.tidy();
  online = false;
  expect(await second.get(RUNTIME)).toBe('jspi');
  const other = open(release('three', { [RUNTIME]: 'jspi, better' }), storage);
  await expect(other.get(RUNTIME), 'never a build with other content').rejects.toThrow('Failed to fetch');
});

/** Fetches three versions of the page, of which the first is used. */
async function threeVersions() {
  const storage = caches();
  const [first, second, third] = ['one', 'two', 'three'].map((version) => open(release(version, {}), storage));
  await first?.install();
  await first?.tidy();
  await second?.install();
  await third?.install();
  return { storage, second, third };
}

test('the previously used version is kept for open pages; a version that was only fetched is not', async () => {
  const { storage, third } = await threeVersions();
  await third?.tidy();
  expect(await versionsIn(storage)).toEqual(['one', 'three']);
  online = false;
  expect(await third?.get('assets/index-one.js'), 'a tab of the first version still works').toBe('code one');
});

test('a version that is being fetched is kept', async () => {
  const { storage, second, third } = await threeVersions();
  await second?.tidy();
  expect(await versionsIn(storage)).toEqual(['one', 'two', 'three']);
  await third?.tidy();
  expect(await versionsIn(storage)).toEqual(['two', 'three']);
});

test('the previous version is the one used last, not the newest; caches of other pages are not touched', async () => {
  const storage = caches();
  await storage.open('page https://host/other/ one');
  const clock = Date.now;
  try {
    let now = 0;
    Date.now = () => ++now;
    const [first, second, third] = ['one', 'two', 'three'].map((version) => open(release(version, {}), storage));
    for (const version of [first, second, first, third]) {
      await version?.install();
      await version?.tidy();
    }
  } finally {
    Date.now = clock;
  }
  expect(await storage.keys()).toEqual(['page https://host/other/ one', `page ${SCOPE} one`, `page ${SCOPE} three`]);
});

test('if no version was in use, the newest is kept', async () => {
  const storage = caches();
  for (const version of ['one', 'two']) await open(release(version, {}), storage).install();
  const third = open(release('three', {}), storage);
  await third.install();
  await third.tidy();
  expect(await versionsIn(storage)).toEqual(['two', 'three']);
});

test('a version is kept only if all its files are those that it lists; what was fetched is not fetched again', async () => {
  const files = release('one', {});
  const version = open(files, caches());
  server.set('index.html', 'a newer page');
  await expect(version.install()).rejects.toThrow('index.html belongs to another version than the page.');
  server.delete('index.html');
  await expect(version.install()).rejects.toThrow('index.html was answered with 404.');
  server.set('index.html', 'page');
  requested = [];
  await version.install();
  expect(requested).toEqual(['index.html']);
  online = false;
  expect(await version.get('index.html')).toBe('page');
});

test('after a failure what was begun is stored, and nothing further is begun', async () => {
  const runtimes = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [`assets/${name}.wasm`, name]));
  const version = open(release('one', runtimes), caches());
  const urls = Object.keys(runtimes).map((path) => SCOPE + path);
  server.set('assets/e.wasm', 'of another version');
  const answer = globalThis.fetch;
  globalThis.fetch = async (from) => {
    const response = await answer(from);
    if (!addressOf(from).endsWith('e.wasm')) await new Promise((resolve) => setTimeout(resolve, 20));
    return response;
  };
  await expect(version.keep(urls)).rejects.toThrow('assets/e.wasm belongs to another version than the page.');
  expect(requested.sort()).toEqual(['assets/b.wasm', 'assets/c.wasm', 'assets/d.wasm', 'assets/e.wasm']);
  server.set('assets/e.wasm', 'e');
  requested = [];
  await version.keep(urls);
  expect(requested.sort()).toEqual(['assets/a.wasm', 'assets/e.wasm']);
});

test('requests that the server has not answered are aborted, and later ones are not', async () => {
  const signals: (AbortSignal | null | undefined)[] = [];
  globalThis.fetch = async (_, init) => {
    signals.push(init?.signal);
    return new Response();
  };
  const version = open(release('two', {}), caches());
  await version.get('assets/index-one.js');
  version.abortRequests();
  await version.get('assets/index-one.js');
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
});

test.each([
  ['', true, 'index.html'],
  ['', false, undefined],
  ['index.html', false, 'index.html'],
  ['assets/index-one.js', false, 'assets/index-one.js'],
  ['a%20photo.png', false, 'a photo.png'],
  ['packs/config.json', false, undefined],
  ['../pear/index.html', true, undefined],
])('"%s" (page: %s) is answered as %s', (path, isPage, expected) => {
  const files = release('two', { 'a photo.png': 'a photo' });
  expect(createPageCache(files, SCOPE, caches()).pathOf(new URL(path, SCOPE), isPage)).toBe(expected);
});
