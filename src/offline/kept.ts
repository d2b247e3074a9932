import { HASH_DIGITS, type OfflineFiles } from './files.ts';

/** Downloads at a time: a line is filled by a few, and a small machine hashes them meanwhile. */
const PARALLEL = 4;
const HASH_HEADER = 'x-content-hash';
/** Under this address beside the page, which is nobody's, the cache of a version that was put to use says when. */
const USED_SINCE = '?used-since';
/** …and under this one which build of the runtime its pages used last. */
const USED_RUNTIME = '?used-runtime';
/** What the build puts behind the name of a file, so that another content has another address. */
const NAME_HASH = /-[\w-]{8}(?=\.\w+$)/;

/** Threads need a page that is isolated, also when it comes from here, and on hosts that cannot send headers. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The files of the page as this browser keeps them, one cache for each version. */
interface Kept {
  /**
   * Keeps everything that every visit may need, and the build of the runtime that the version before was used with last: the first visit
   * may have no network to get it. What an interrupted try has, or an older version had, is not fetched again.
   */
  install(): Promise<void>;
  /** Keeps these too, if they are ours: the build of the runtime that a page uses. */
  keep(urls: readonly string[]): Promise<void>;
  /** Marks this version as put to use and forgets the others but the one that was in use before: pages that are open go on with its files. */
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

  /** Caches of all versions, in the order in which they were begun. */
  const versions = async () => (await storage.keys()).filter((key) => key.startsWith(prefix));
  /** Of the other versions, the last begun first. */
  const others = async () => (await versions()).filter((key) => key !== name).reverse();

  /** A file as another version has it; with a hash, only if it is the same. */
  async function copyOf(path: string, hash?: string): Promise<Response | undefined> {
    for (const cacheName of await others()) {
      const found = await storage.match(urlOf(path), { cacheName });
      if (found && (hash === undefined || found.headers.get(HASH_HEADER) === hash)) return found;
    }
    return undefined;
  }

  /** The other version that was put to use last; where none says so, the one begun last. */
  async function versionBefore(): Promise<string | undefined> {
    let newest: { readonly key: string; readonly since: number } | undefined;
    for (const key of await others()) {
      const since = await usedSince(key);
      if (!newest || since > newest.since) newest = { key, since };
    }
    return newest?.key;
  }

  /** Paths of the files on demand that a version was used with last; of one that does not say, of all it has. */
  async function usedRuntime(cacheName: string): Promise<readonly string[]> {
    const used = await storage.match(urlOf(USED_RUNTIME), { cacheName });
    if (used) return (await used.text()).split('\n');
    return (await (await storage.open(cacheName)).keys()).map(({ url }) => url.slice(scope.length));
  }

  /** Of the files on demand, the counterparts of those that the version before was used with. */
  async function wantedBefore(): Promise<string[]> {
    const before = await versionBefore();
    const wanted = new Set(before === undefined ? [] : (await usedRuntime(before)).map(unhashed));
    return Object.keys(files.onDemand).filter((path) => wanted.has(unhashed(path)));
  }

  /** Writes down for the next version which of the files on demand are used. */
  async function noteRuntime(paths: readonly string[]): Promise<void> {
    const used = paths.filter((path) => path in files.onDemand);
    if (used.length > 0) await (await storage.open(name)).put(urlOf(USED_RUNTIME), new Response(used.join('\n')));
  }

  /** When a version was put to use; 0 for one that was only fetched. */
  async function usedSince(cacheName: string): Promise<number> {
    const mark = await storage.match(urlOf(USED_SINCE), { cacheName });
    return mark ? Number(await mark.text()) : 0;
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
    await cache.put(urlOf(path), (await copyOf(path, hash)) ?? (await fetched(path, hash)));
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
    async install() {
      const runtime = await wantedBefore();
      await putAll([...Object.keys(files.always), ...runtime]);
      await noteRuntime(runtime);
    },
    async keep(urls) {
      const paths = urls.flatMap((url) => pathOf(new URL(url), false) ?? []);
      await putAll(paths);
      await noteRuntime(paths);
    },
    async tidy() {
      await (await storage.open(name)).put(urlOf(USED_SINCE), new Response(String(Date.now())));
      const all = await versions();
      const done: { readonly key: string; readonly since: number }[] = [];
      for (const [i, key] of all.entries()) {
        const since = await usedSince(key);
        // One that was begun later and not put to use is still being fetched.
        if (key !== name && (since > 0 || i < all.indexOf(name))) done.push({ key, since });
      }
      const [, ...forgotten] = done.sort((a, b) => a.since - b.since).reverse();
      for (const { key } of forgotten) await storage.delete(key);
    },
    pathOf,
    async answer(path, request) {
      const url = urlOf(path);
      const known = await storage.match(url, { cacheName: name });
      if (known) return known;
      // The same file of another version; of what this one does not have, the file that a page of the version before asks for.
      return (await copyOf(path, hashOf(path))) ?? fetch(request, { signal: underWay.signal });
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

const unhashed = (url: string): string => url.replace(NAME_HASH, '');
