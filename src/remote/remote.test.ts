import { afterEach, expect, test, vi } from 'vitest';
import { toVpdError } from '../errors.ts';
import { type FileServer, type Served, startFileServer } from '../testing/file-server.ts';
import { retryAfter } from './policy.ts';
import { createRemote, type RemoteOptions } from './remote.ts';
import { openRemoteFile, type RemoteFileOptions } from './remote-file.ts';

const QUICK = { tries: 3, pause: 5, maxWait: 2_000, stall: 2_000 };
const BLOCK = 100_000;
const bytes = Uint8Array.from({ length: 10.5 * BLOCK }, (_, i) => (i * 2654435761) >>> 24);

let server: FileServer | undefined;
afterEach(async () => {
  vi.unstubAllGlobals();
  await server?.close();
  server = undefined;
});

async function serve(file: Omit<Served, 'bytes'> & { bytes?: Uint8Array } = {}) {
  server = await startFileServer({ 'a.bin': { bytes, etag: '"one"', ...file } });
  const served = server.files.get('a.bin');
  if (!served) throw new Error('Nothing is served.');
  return { url: `${server.url}a.bin`, served, log: server.log };
}

/** Compares buffers: Vitest would compare a million numbers one by one, which takes seconds. */
const same = (found: Uint8Array, start: number, end = bytes.length) =>
  expect(Buffer.compare(found, bytes.subarray(start, end)), `bytes ${start} to ${end}`).toBe(0);

const open = (url: string, options: RemoteFileOptions = {}) =>
  openRemoteFile(url, { policy: QUICK, blockBytes: BLOCK, ...options });
const read = async (blob: Blob, start: number, end: number) =>
  new Uint8Array(await blob.slice(start, end).arrayBuffer());

async function download(url: string, options: RemoteOptions = {}, start = 0): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of createRemote(new URL(url), { policy: QUICK, ...options }).bytes(start)) parts.push(part);
  return Buffer.concat(parts);
}

/** Returns the code and message of a failure, with the server's address replaced by HERE. */
async function problem(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    const { code, message } = toVpdError(thrown);
    return `${code}: ${message}`.replaceAll(server?.url ?? '-', 'HERE/');
  }
  return 'It succeeded.';
}

test('only requested parts of a file are fetched, and small reads near each other share one request', async () => {
  const { url, log } = await serve();
  const { blob, name, etag } = await open(url);
  expect([name, etag, blob.size]).toEqual(['a.bin', '"one"', bytes.length]);
  same(await read(blob, 8, 20), 8, 20);
  expect(log).toEqual(['GET a.bin bytes=0-99999']);
  same(await read(blob, 555_000, 555_001), 555_000, 555_001);
  same(await read(blob, 555_100, 599_999), 555_100, 599_999);
  expect(log.filter((line) => line.includes('500000-599999'))).toHaveLength(1);
  same(await read(blob, -10, bytes.length), bytes.length - 10);
  same(await read(blob, 12_345, 987_654), 12_345, 987_654);
  same(new Uint8Array(await blob.slice(99_990, 300_001).slice(5, 300).arrayBuffer()), 99_995, 100_290);
});

test('sequential reading requests blocks ahead, a single read does not', async () => {
  const { url, log } = await serve();
  const { blob } = await open(url);
  await read(blob, 700_000, 700_010);
  expect(log).toHaveLength(2);
  await read(blob, 700_010, 700_020);
  await expect.poll(() => log.length).toBe(4);
  expect(log.slice(2)).toEqual(['GET a.bin bytes=800000-899999', 'GET a.bin bytes=900000-999999']);
});

test('the least recently used block is fetched again', async () => {
  const { url, log } = await serve();
  const { blob } = await open(url);
  const block = (i: number) => read(blob, i * BLOCK + 5, i * BLOCK + 6);
  // Downwards, so that nothing is requested ahead. With the first block of the file, eight are kept.
  for (const i of [10, 9, 8, 7, 6, 5, 4, 0, 3]) await block(i);
  expect(log).toHaveLength(1 + 8);
  await block(0);
  expect(log, 'it was used recently').toHaveLength(9);
  await block(10);
  expect(log.slice(9)).toEqual(['GET a.bin bytes=1000000-1049999']);
});

test('dropped connections are resumed at the same byte', async () => {
  const { url, log } = await serve({ drops: [0, 30_000, 70_001, 0, 5] });
  const waits: number[] = [];
  same(await download(url, { onPause: (ms) => waits.push(ms) }), 0);
  expect(log[0]).toBe('GET a.bin');
  expect(log.at(-1)).toMatch(/^GET a\.bin bytes=\d+-$/);
  expect(waits, 'twice as long after each attempt without a byte').toContain(10);
  const { blob } = await open(url);
  server?.files.get('a.bin')?.drops?.push(10_000, 20_000, 0);
  same(await read(blob, 250_000, 420_000), 250_000, 420_000);
});

test('Retry-After is respected up to a limit', async () => {
  const { url, served, log } = await serve({
    answers: [{ status: 429, headers: { 'retry-after': '0.02' } }, { status: 503 }],
  });
  same(await download(url), 0);
  expect(log).toHaveLength(3);
  served.answers = Array.from({ length: 3 }, () => ({ status: 429 }));
  expect(await problem(download(url))).toBe(
    'network: HERE/a.bin was answered with 429 Too Many Requests: the server wants fewer requests. Wait some minutes, then retry; the part that has arrived is kept.',
  );
  served.answers = [{ status: 503, headers: { 'retry-after': '3600' } }];
  const before = log.length;
  expect(await problem(download(url))).toMatch(/503 Service Unavailable: the server has a problem/);
  expect(log.length, 'an hour is too long to wait').toBe(before + 1);
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfter('Thu, 01 Jan 2026 00:00:07 GMT', now)).toBe(7000);
  expect(retryAfter('soon', now)).toBe(undefined);
  expect(retryAfter('', now)).toBe(undefined);
  expect(retryAfter('3', now)).toBe(3000);
  expect(retryAfter('-3', now)).toBe(0);
  expect(retryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now), 'a date in the past').toBe(0);
});

test('responses without the file are reported', async () => {
  const { url, served } = await serve();
  const answered = async (status: number, headers = {}, body = '') => {
    served.answers = [{ status, headers, body }];
    return problem(open(url));
  };
  expect(await answered(403)).toBe(
    'network: HERE/a.bin was answered with 403 Forbidden: it needs a login or a permission. Download the file where you are signed in and open it from your disk.',
  );
  expect(await answered(404)).toBe(
    'network: HERE/a.bin was answered with 404 Not Found: there is no such file. Check the address.',
  );
  expect(await answered(416)).toBe(
    'network: HERE/a.bin was answered with 416 Range Not Satisfiable: the file is shorter than it was. It changed on the server; start again.',
  );
  expect(await answered(400)).toBe(
    'network: HERE/a.bin was answered with 400 Bad Request: check the address, then retry.',
  );
  expect(await answered(200, { 'content-type': 'text/html; charset=utf-8' }, '<!doctype html>')).toBe(
    'bad-file: HERE/a.bin is a web page and not a file. Give the link of the download itself, on Hugging Face “Copy download link”.',
  );
  expect(await answered(206, { 'content-range': 'bytes 5-9/20' }, 'abcde')).toBe(
    'network: HERE/a.bin was asked for bytes 0 to 100000 and sent 5 to 10. Download the file and open it from your disk.',
  );
});

test('a read fails if the file has changed on the server', async () => {
  const { url, served } = await serve();
  const { blob } = await open(url);
  served.etag = '"two"';
  expect(await problem(read(blob, 500_000, 500_010))).toBe(
    'network: a.bin changed on the server while it was being read (its ETag "one" became "two"). Start again.',
  );
  const known = { etag: '"one"', modified: undefined, size: bytes.length };
  expect(await problem(download(url, { known }, 1000))).toMatch(/its ETag "one" became "two"/);
  Object.assign(served, { etag: '"one"', bytes: bytes.subarray(0, 600_000) });
  expect(await problem(read(blob, 500_000, 500_010))).toMatch(/1050000 bytes became 600000/);
  expect(await problem(download(url, { known }, 700_000))).toMatch(/1050000 bytes became 600000/);
});

test('a weak and a strong ETag with the same value are equal', async () => {
  const { url, served } = await serve({ etag: 'W/"one"' });
  const { blob } = await open(url);
  served.etag = '"one"';
  same(await read(blob, 500_000, 500_010), 500_000, 500_010);
  served.etag = '"two"';
  expect(await problem(read(blob, 700_000, 700_010))).toBe(
    'network: a.bin changed on the server while it was being read (its ETag W/"one" became "two"). Start again.',
  );
});

test('a server that ignores ranges: the whole file is fetched once, if it is not too long', async () => {
  const { url, log, served } = await serve({ ranges: false });
  const { blob } = await open(url);
  same(await read(blob, 500_000, 900_000), 500_000, 900_000);
  expect(log).toHaveLength(2);
  served.drops = [300_000];
  same(await download(url), 0);
  served.contentLength = 4.3e9;
  expect(await problem(open(url))).toBe(
    'network: HERE/a.bin can only be fetched as a whole (its server ignores Range), and its 4.30 GB are too large to keep in memory. Download it and open it from your disk.',
  );
});

test('wrong lengths', async () => {
  const { url } = await serve({ contentLength: bytes.length + 5, ranges: false });
  expect(await problem(download(url))).toBe(
    'network: The download of HERE/a.bin broke off after 1050000 bytes of 1050005. Check the connection and retry.',
  );
  server?.files.set('a.bin', { bytes: new Uint8Array(0) });
  expect((await open(url)).blob.size).toBe(0);
  server?.files.set('a.bin', { bytes: bytes.subarray(0, 10) });
  expect((await open(url)).blob.size).toBe(10);
  server?.files.set('a.bin', { bytes: bytes.subarray(0, 10), ranges: false });
  const before = server?.log.length ?? 0;
  expect((await open(url)).blob.size).toBe(10);
  expect(server?.log, 'a file that arrived as a whole is not fetched again').toHaveLength(before + 1);
});

test('a cancelled download, and a server that cannot be reached', async () => {
  const { url } = await serve();
  const stop = new AbortController();
  let received = 0;
  async function cancelAtOnce() {
    for await (const part of createRemote(new URL(url), { policy: QUICK, signal: stop.signal }).bytes(0)) {
      received += part.length;
      stop.abort();
    }
  }
  expect(await problem(cancelAtOnce())).toBe('cancelled: Cancelled.');
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(bytes.length);
  expect(await problem(open(url, { signal: AbortSignal.abort() }))).toBe('cancelled: Cancelled.');
  await server?.close();
  expect(await problem(open(url))).toBe(
    'network: HERE/a.bin could not be reached. Check the connection and the address, then retry.',
  );
});

test('a redirect is followed again for every part, because its target may be valid for one request only', async () => {
  const { url, served, log } = await serve();
  const place = await startFileServer();
  try {
    let signed = 0;
    const drops = [0, 200_000];
    served.redirect = () => {
      place.files.set(`signed-${++signed}`, { bytes, etag: '"far"', drops });
      return `${place.url}signed-${signed}?expires=soon`;
    };
    same(await download(url), 0);
    expect(log).toHaveLength(signed);
    expect(place.log.at(-1)).toBe(`GET signed-${signed} bytes=200000-`);
    const { blob, name, etag, url: known } = await open(url);
    expect([name, etag, known], 'name and address before the redirect').toEqual(['a.bin', '"far"', url]);
    same(await read(blob, 555_000, 777_000), 555_000, 777_000);
    expect(new Set(place.log.map((line) => line.split(' ')[1])).size, 'no target is requested twice').toBe(
      place.log.length,
    );
    served.redirect = () => `${place.url}gone`;
    expect(await problem(read(blob, 200_000, 200_010))).toBe(
      'network: HERE/a.bin was answered with 404 Not Found: there is no such file. Check the address.',
    );
  } finally {
    await place.close();
  }
});

/** Makes fetch behave as in a page of this origin: headers of other origins are hidden unless safelisted (CORS). */
function beAPageOf(origin: string): void {
  const visible = globalThis.fetch;
  vi.stubGlobal('location', { origin });
  vi.stubGlobal('fetch', async (...request: Parameters<typeof fetch>) => {
    const answer = await visible(...request);
    if (new URL(answer.url).origin === origin) return answer;
    // https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
    const safe = ['content-length', 'content-type', 'last-modified'].flatMap<[string, string]>((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return Object.defineProperty(answer, 'headers', { value: new Headers(safe) });
  });
}
const ELSEWHERE = 'https://page.example';

test('a server that hides the range and the length of the file from other origins', async () => {
  const { url, served, log } = await serve({ cors: 'bytes only' });
  beAPageOf(ELSEWHERE);
  const { blob, etag } = await open(url);
  expect([blob.size, etag]).toEqual([bytes.length, undefined]);
  same(await read(blob, 555_000, 777_000), 555_000, 777_000);
  served.drops = [300_000];
  same(await download(url), 0);
  expect(log.find((line) => /^GET.*-$/.test(line))).toBe('GET a.bin bytes=0-');
  served.bytes = bytes.subarray(0, 50_000);
  expect((await open(url)).blob.size, 'a part shorter than requested').toBe(50_000);
});

test('a file that the cache may have is requested as a whole; a dropped connection is still resumed', async () => {
  const { url, served, log } = await serve({ cors: 'bytes only' });
  beAPageOf(ELSEWHERE);
  served.drops = [300_000];
  same(await download(url, { cache: 'default' }), 0);
  expect(log).toEqual(['GET a.bin', expect.stringMatching(/^GET a\.bin bytes=\d+-$/)]);
});

test('a page asks other origins without cache or headers that they would have to permit', async () => {
  const { url } = await serve();
  const known = { etag: '"one"', modified: undefined, size: bytes.length };
  const requests: RequestInit[] = [];
  const answering = globalThis.fetch;
  const watch = () =>
    vi.stubGlobal('fetch', (target: string, options: RequestInit) => {
      requests.push(options);
      return answering(target, options);
    });
  watch();
  await download(url, { known }, bytes.length - 10);
  beAPageOf(ELSEWHERE);
  watch();
  await download(url, { known }, bytes.length - 10);
  const Range = 'bytes=1049990-';
  expect(requests).toMatchObject([
    { cache: 'no-store', headers: { Range, 'If-Range': '"one"' } },
    { cache: 'no-store', headers: { Range } },
  ]);
  expect(requests[1]?.headers).not.toHaveProperty('If-Range');
});

test('an empty part from a server that hides its range is requested again', async () => {
  const { url, served, log } = await serve({ cors: 'bytes only' });
  beAPageOf(ELSEWHERE);
  const { blob } = await open(url);
  const empty = { status: 206, headers: { 'content-length': '0' } };
  served.answers = [empty];
  same(await read(blob, 500_000, 600_000), 500_000, 600_000);
  expect(log.filter((line) => line.includes('bytes=500000-599999'))).toHaveLength(2);
  served.answers = [empty, empty, empty];
  expect(await problem(read(blob, 700_000, 700_010))).toBe(
    'network: The download of HERE/a.bin broke off after 700000 bytes of 1050000. Check the connection and retry.',
  );
  same(await read(blob, 700_000, 700_010), 700_000, 700_010);
});

test('a server that does not answer a request for the length', async () => {
  const { url } = await serve({ cors: 'bytes only' });
  beAPageOf(ELSEWHERE);
  const answering = globalThis.fetch;
  let questions = 0;
  vi.stubGlobal('fetch', (target: string, options: RequestInit) => {
    if (options.method !== 'HEAD') return answering(target, options);
    questions++;
    return new Promise((_, reject) => options.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  });
  expect(await problem(open(url, { policy: { ...QUICK, stall: 50 } }))).toBe(
    'network: HERE/a.bin does not say how long it is. Check the connection and retry, or download the file and open it from your disk.',
  );
  const stop = new AbortController();
  const before = questions;
  const going = problem(open(url, { policy: { ...QUICK, stall: 60_000 }, signal: stop.signal }));
  await expect.poll(() => questions).toBeGreaterThan(before);
  stop.abort();
  expect(await going).toBe('cancelled: Cancelled.');
});

test('a server that compresses and hides that from other origins', async () => {
  const text = new TextEncoder().encode('{"classes": ["wall"]} '.repeat(10_000));
  const { url, log, served } = await serve({ bytes: text, gzip: true, cors: 'bytes only' });
  const whole = async () => Buffer.from(await download(url)).toString() === Buffer.from(text).toString();
  expect(await whole(), 'in Node').toBe(true);
  const { origin } = new URL(url);
  beAPageOf(origin);
  expect(await whole(), 'to a page of its own origin').toBe(true);
  expect(log, 'without Range, so that the service worker can answer').toEqual(['GET a.bin', 'GET a.bin']);
  const place = await startFileServer({ far: { bytes: text, gzip: true, cors: 'bytes only' } });
  served.redirect = () => `${place.url}far`;
  expect(await whole(), 'from another origin, by a redirect of the page’s own').toBe(true);
  await place.close();
  delete served.redirect;
  vi.unstubAllGlobals();
  beAPageOf(ELSEWHERE);
  for (const ranges of [true, false]) {
    served.ranges = ranges;
    expect(await whole(), 'to a page of another origin').toBe(true);
    expect((await open(url)).blob.size).toBe(text.length);
  }
});

test('a connection that stalls counts as dropped', async () => {
  const { url, served } = await serve({ slow: 400 });
  const going = download(url, { policy: { ...QUICK, stall: 100 } }, 1_000_000 - 70_000);
  await expect.poll(() => server?.log.length).toBeGreaterThan(1);
  served.slow = 0;
  same(await going, 1_000_000 - 70_000);
});
