import { HASH_DIGITS, type OfflineFiles } from './offline-files.ts';

/** Number of parallel downloads: a few fill the connection, and a small machine must hash them meanwhile. */
const PARALLEL = 4;
const HASH_HEADER = 'x-content-hash';
/** Unused URL under which a version's cache stores the time at which the version came into use. */
const USED_SINCE = '?used-since';
/** Unused URL under which a version's cache stores the paths of the runtime's build that its pages used last. */
const USED_RUNTIME = '?used-runtime';
/** The content hash that the build adds to a file's name. */
const NAME_HASH = /-[\w-]{8}(?=\.\w+$)/;

/** Headers that make a page cross-origin isolated, which threads need; also for hosts that cannot send headers. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The page's files in this browser's caches, one cache per version. */
interface PageCache {
  /**
   * Keeps the files that every visit may need, and the build of the runtime that the previous version used last, because the next visit may
   * have no network to fetch it. Files of an interrupted attempt or of an older version are not fetched again.
   */
  install(): Promise<void>;
  /** Keeps these files of the page too: the build of the runtime that a page uses. Other URLs are ignored. */
  keep(urls: readonly string[]): Promise<void>;
  /** Marks this version as in use and deletes the others, except the previously used one, whose files open pages still need. */
  tidy(): Promise<void>;
  /** Returns the path of a URL relative to the page, or undefined if the service worker does not answer it. */
  pathOf(url: URL, isPage: boolean): string | undefined;
  answer(path: string, request: Request): Promise<Response>;
  /** Aborts all requests that the server has not answered yet, because a newer version cannot take over during a request. */
  abortRequests(): void;
}

/**
 * @param scope URL of the page's folder
 * @throws Error from `install` and `keep` if a file cannot be fetched or does not have the listed hash, so that a page never mixes
 * two versions
 */
export function createPageCache(files: OfflineFiles, scope: string, storage: CacheStorage): PageCache {
  const prefix = `page ${scope} `;
  const name = prefix + files.version;
  const hashOf = (path: string) => files.always[path] ?? files.onDemand[path];
  const urlOf = (path: string) => new URL(path, scope).href;
  let fetching = new AbortController();

  /** Returns the names of the caches of all versions, oldest first. */
  const versions = async () => (await storage.keys()).filter((key) => key.startsWith(prefix));
  /** Returns the names of the caches of the other versions, newest first. */
  const others = async () => (await versions()).filter((key) => key !== name).reverse();

  /** Returns a file from another version's cache; with `hash`, only if its content is the same. */
  async function copyOf(path: string, hash?: string): Promise<Response | undefined> {
    for (const cacheName of await others()) {
      const found = await storage.match(urlOf(path), { cacheName });
      if (found && (hash === undefined || found.headers.get(HASH_HEADER) === hash)) return found;
    }
    return undefined;
  }

  /** Returns the other version that came into use last; if none was in use, the newest. */
  async function previousVersion(): Promise<string | undefined> {
    let newest: { readonly key: string; readonly since: number } | undefined;
    for (const key of await others()) {
      const since = await usedSince(key);
      if (!newest || since > newest.since) newest = { key, since };
    }
    return newest?.key;
  }

  /** Returns the paths of the runtime's build that a version used last; if it did not store them, all its paths. */
  async function usedRuntime(cacheName: string): Promise<readonly string[]> {
    const used = await storage.match(urlOf(USED_RUNTIME), { cacheName });
    if (used) return (await used.text()).split('\n');
    return (await (await storage.open(cacheName)).keys()).map(({ url }) => url.slice(scope.length));
  }

  /** Returns those on-demand files of this version that correspond to the ones that the previous version used. */
  async function previousRuntime(): Promise<string[]> {
    const previous = await previousVersion();
    const wanted = new Set(previous === undefined ? [] : (await usedRuntime(previous)).map(unhashed));
    return Object.keys(files.onDemand).filter((path) => wanted.has(unhashed(path)));
  }

  /** Stores for the next version which on-demand files are used. */
  async function saveUsedRuntime(paths: readonly string[]): Promise<void> {
    const used = paths.filter((path) => path in files.onDemand);
    if (used.length > 0) await (await storage.open(name)).put(urlOf(USED_RUNTIME), new Response(used.join('\n')));
  }

  /** Returns the time at which a version came into use, in ms since 1970; 0 if it was only fetched. */
  async function usedSince(cacheName: string): Promise<number> {
    const mark = await storage.match(urlOf(USED_SINCE), { cacheName });
    return mark ? Number(await mark.text()) : 0;
  }

  async function fetched(path: string, hash: string): Promise<Response> {
    const response = await fetch(urlOf(path), { cache: 'no-cache', signal: fetching.signal });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
    const bytes = await response.arrayBuffer();
    if ((await hashOfBytes(bytes)) !== hash) throw new Error(`${path} belongs to another version than the page.`);
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    return new Response(bytes, { headers: { 'content-type': type, [HASH_HEADER]: hash, ...ISOLATION } });
  }

  async function put(cache: Cache, path: string): Promise<void> {
    const hash = hashOf(path);
    if (hash === undefined || (await cache.match(urlOf(path)))) return;
    await cache.put(urlOf(path), (await copyOf(path, hash)) ?? (await fetched(path, hash)));
  }

  /** Stores files; after a failure no further ones are begun, and it throws when those that were begun are stored, so that the next attempt has them. */
  async function putAll(paths: readonly string[]): Promise<void> {
    const cache = await storage.open(name);
    const waiting = [...paths];
    const download = async () => {
      try {
        for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await put(cache, path);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    };
    const downloads = Array.from({ length: PARALLEL }, download);
    await Promise.allSettled(downloads);
    await Promise.all(downloads);
  }

  function pathOf(url: URL, isPage: boolean): string | undefined {
    if (!url.href.startsWith(scope)) return undefined;
    const path = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length));
    if (isPage && path === '') return 'index.html';
    return hashOf(path) !== undefined || path.startsWith('assets/') ? path : undefined;
  }

  return {
    async install() {
      const runtime = await previousRuntime();
      await putAll([...Object.keys(files.always), ...runtime]);
      await saveUsedRuntime(runtime);
    },
    async keep(urls) {
      const paths = urls.flatMap((url) => pathOf(new URL(url), false) ?? []);
      await putAll(paths);
      await saveUsedRuntime(paths);
    },
    async tidy() {
      await (await storage.open(name)).put(urlOf(USED_SINCE), new Response(String(Date.now())));
      const all = await versions();
      const complete: { readonly key: string; readonly since: number }[] = [];
      for (const [i, key] of all.entries()) {
        const since = await usedSince(key);
        // A newer version that is not in use is still being fetched.
        if (key !== name && (since > 0 || i < all.indexOf(name))) complete.push({ key, since });
      }
      const [, ...outdated] = complete.sort((a, b) => a.since - b.since).reverse();
      for (const { key } of outdated) await storage.delete(key);
    },
    pathOf,
    async answer(path, request) {
      const url = urlOf(path);
      const known = await storage.match(url, { cacheName: name });
      if (known) return known;
      // A file with the same content from another version. A path of an older version, whose page is still open, is found there too.
      return (await copyOf(path, hashOf(path))) ?? fetch(request, { signal: fetching.signal });
    },
    abortRequests() {
      fetching.abort();
      fetching = new AbortController();
    },
  };
}

async function hashOfBytes(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, HASH_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const unhashed = (url: string): string => url.replace(NAME_HASH, '');
