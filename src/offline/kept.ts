import { HASH_DIGITS, type OfflineFiles } from './files.ts';

/** Downloads at a time: a line is filled by a few, and a small machine hashes them meanwhile. */
const PARALLEL = 4;
const HASH_HEADER = 'x-content-hash';
/** Of earlier versions, for pages that are still open: one that began with the version before goes on with its files. */
const OLDER_KEPT = 1;

/** Threads need a page that is isolated, also when it comes from here, and on hosts that cannot send headers. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The files of the page as this browser keeps them, one cache for each version. */
export interface Kept {
  /** Keeps everything that every visit may need. What an interrupted try has, or an older version had, is not fetched again. */
  install(): Promise<void>;
  /** Keeps these too, if they are ours. */
  keep(urls: readonly string[]): Promise<void>;
  /** Forgets old versions. */
  tidy(): Promise<void>;
  /** Path of an address beside the page; undefined for what is not ours to answer. */
  pathOf(url: URL, isPage: boolean): string | undefined;
  answer(path: string, request: Request): Promise<Response>;
  /** Gives up whatever the server has not answered yet: while something is under way, no newer version can take over. */
  letGo(): void;
}

/**
 * @param scope Address of the folder that the page lies in.
 * @throws Error from `install` and `keep` when a file cannot be had or is of another version than the list says, so that pages are
 * never made of two versions.
 */
export function createKept(files: OfflineFiles, scope: string, storage: CacheStorage): Kept {
  const prefix = `page ${scope} `;
  const name = prefix + files.version;
  const hashOf = (path: string) => files.always[path] ?? files.onDemand[path];
  const urlOf = (path: string) => new URL(path, scope).href;
  let underWay = new AbortController();

  /** Newest first. */
  const older = async () => (await storage.keys()).filter((key) => key.startsWith(prefix) && key !== name).reverse();

  async function olderCopy(path: string, hash: string): Promise<Response | undefined> {
    for (const cacheName of await older()) {
      const found = await storage.match(urlOf(path), { cacheName });
      if (found?.headers.get(HASH_HEADER) === hash) return found;
    }
    return undefined;
  }

  async function fetched(path: string, hash: string): Promise<Response> {
    const response = await fetch(urlOf(path), { cache: 'no-cache', signal: underWay.signal });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
    const bytes = await response.arrayBuffer();
    if ((await hashOfBytes(bytes)) !== hash) throw new Error(`${path} is of another version than the page.`);
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    return new Response(bytes, { headers: { 'content-type': type, [HASH_HEADER]: hash, ...ISOLATION } });
  }

  async function put(cache: Cache, path: string): Promise<void> {
    const hash = hashOf(path);
    if (hash === undefined || (await cache.match(urlOf(path)))) return;
    await cache.put(urlOf(path), (await olderCopy(path, hash)) ?? (await fetched(path, hash)));
  }

  async function putAll(paths: readonly string[]): Promise<void> {
    const cache = await storage.open(name);
    const waiting = [...paths];
    const line = async () => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) await put(cache, path);
    };
    await Promise.all(Array.from({ length: PARALLEL }, line));
  }

  function pathOf(url: URL, isPage: boolean): string | undefined {
    if (!url.href.startsWith(scope)) return undefined;
    const path = decodeURIComponent(url.pathname.slice(new URL(scope).pathname.length));
    if (isPage && path === '') return 'index.html';
    return hashOf(path) !== undefined || path.startsWith('assets/') ? path : undefined;
  }

  return {
    install: () => putAll(Object.keys(files.always)),
    keep: (urls) => putAll(urls.flatMap((url) => pathOf(new URL(url), false) ?? [])),
    async tidy() {
      for (const key of (await older()).slice(OLDER_KEPT)) await storage.delete(key);
    },
    pathOf,
    async answer(path, request) {
      const url = urlOf(path);
      const known = await storage.match(url, { cacheName: name });
      if (known) return known;
      // A page of the version before asks for files that only that version had.
      if (hashOf(path) === undefined)
        for (const cacheName of await older()) {
          const found = await storage.match(url, { cacheName });
          if (found) return found;
        }
      return fetch(request, { signal: underWay.signal });
    },
    letGo() {
      underWay.abort();
      underWay = new AbortController();
    },
  };
}

async function hashOfBytes(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest.subarray(0, HASH_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
