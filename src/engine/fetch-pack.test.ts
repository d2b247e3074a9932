import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { VpdError } from '../errors.ts';
import { startFileServer } from '../testing/file-server.ts';
import { sha256OfWhole } from '../weights/sha256.ts';
import { fetchPack } from './fetch-pack.ts';
import type { Progress } from './protocol.ts';
import { tinyPackFiles } from './testing/tiny-model.ts';

interface Answer {
  readonly status?: number;
  readonly body?: Uint8Array | string;
  /** Bytes after which the connection ends, or, if it stays `open`, sends no more. */
  readonly cutAt?: number;
  readonly open?: boolean;
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const QUICK = { tries: 1, pause: 1 };

/** The tiny model's files, with the true hash of the weights. */
async function packFiles() {
  const { config, weights } = await tinyPackFiles();
  return { config: config.replace('0'.repeat(64), await sha256OfWhole(new Blob([weights]))), weights };
}

/** Serves files by path from a local server; returns the URL of `/pack/`. `onRequest` may change the files. */
async function serve(files: Record<string, Answer>, onRequest: (request: IncomingMessage) => void = () => {}) {
  const made = createServer((request, response) => {
    onRequest(request);
    const {
      status = 200,
      body = '',
      cutAt,
      open = false,
    } = files[request.url ?? ''] ?? { status: 404, body: 'nothing here' };
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-length': bytes.length });
    if (cutAt === undefined) response.end(bytes);
    else response.write(bytes.subarray(0, cutAt), () => open || response.destroy());
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}/pack/`;
}

const problem = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'It succeeded.',
    (thrown: VpdError) => `${thrown.code}: ${thrown.message}`,
  );

test('a pack is downloaded with progress in bytes, and only the required files', async () => {
  const { config, weights } = await packFiles();
  const url = await serve({ '/pack/config.json': { body: config }, '/pack/model.safetensors': { body: weights } });
  const seen: Progress[] = [];
  const pack = await fetchPack(url.slice(0, -1), { timings: [], onProgress: (progress) => seen.push(progress) });
  expect(pack.summary.tasks).toEqual(['depth', 'refer', 'segment']);
  expect([...pack.files.keys()]).toEqual(['config.json', 'model.safetensors']);
  const waiting = 'Waiting for the model from the server';
  expect([...new Set(seen.map(({ label }) => label))]).toEqual([waiting, 'Loading weights']);
  expect(seen.at(-1)).toEqual({ label: 'Loading weights', done: weights.length, total: weights.length, unit: 'bytes' });
});

test('a dropped connection is resumed at the same byte', async () => {
  const { config, weights } = await packFiles();
  const files = await startFileServer({
    'config.json': { bytes: new TextEncoder().encode(config), answers: [{ status: 503 }] },
    'model.safetensors': { bytes: weights, etag: '"one"', drops: [Math.floor(weights.length / 2)] },
  });
  try {
    const labels: string[] = [];
    const onProgress = ({ label }: Progress) => void (labels.at(-1) !== label && labels.push(label));
    const pack = await fetchPack(files.url, { timings: [], onProgress }, { pause: 1 });
    expect(pack.files.get('model.safetensors')?.size).toBe(weights.length);
    const again = 'Connection lost, trying again in 1 s';
    const waiting = 'Waiting for the model from the server';
    expect(labels).toEqual([waiting, again, 'Loading weights', again, 'Loading weights']);
  } finally {
    await files.close();
  }
  expect(files.log).toEqual([
    'GET config.json',
    'GET config.json',
    'GET model.safetensors',
    expect.stringMatching(/^GET model\.safetensors bytes=\d+-$/),
  ]);
});

test('the error of a failed download names the URL', async () => {
  const { config, weights } = await packFiles();
  const good = { '/pack/config.json': { body: config } };
  const attempt = async (files: Readonly<Record<string, Answer>>): Promise<string> => {
    const url = await serve(files);
    const text = await problem(fetchPack(url, { timings: [] }, QUICK));
    server?.closeAllConnections();
    server?.close();
    return text.replaceAll(url, 'HERE/');
  };
  expect(await attempt({})).toBe(
    'network: HERE/config.json was answered with 404 Not Found: there is no such file. Retry later, or open another model under Models.',
  );
  expect(await attempt({ '/pack/config.json': { body: '<!doctype html>' } })).toBe(
    'bad-file: config.json is not JSON.',
  );
  expect(await attempt({ ...good, '/pack/model.safetensors': { status: 500 } })).toBe(
    'network: HERE/model.safetensors was answered with 500 Internal Server Error: the server has a problem. Retry later.',
  );
  expect(await attempt({ ...good, '/pack/model.safetensors': { body: weights, cutAt: 1_000 } })).toMatch(
    /^network: The download of HERE\/model\.safetensors broke off after \d+ bytes of \d+\. Check the connection and retry\.$/,
  );
  expect(await attempt({ ...good, '/pack/model.safetensors': { body: weights.subarray(0, 999) } })).toMatch(
    /^bad-file: model\.safetensors has 999 bytes and config\.json says \d+: it is truncated/,
  );
  expect(await attempt({ ...good, '/pack/model.safetensors': { body: new Uint8Array(weights.length + 1) } })).toBe(
    `bad-file: HERE/model.safetensors is longer than the ${weights.length} bytes it may have; the pack’s files do not belong together.`,
  );
});

test('an unreachable server, an invalid URL, and a cancelled download', async () => {
  const url = await serve({});
  server?.close();
  server?.closeAllConnections();
  expect(await problem(fetchPack(url, { timings: [] }, QUICK))).toBe(
    `network: ${url}config.json could not be reached. Check the connection and the address, then retry.`,
  );
  for (const address of ['models/tiny', 'file:///models/tiny', ''])
    expect(await problem(fetchPack(address, { timings: [] }))).toBe(
      `bad-request: “${address}” is not the http or https address of a pack’s folder.`,
    );
  expect(await problem(fetchPack(url, { timings: [], signal: AbortSignal.abort() }))).toBe('cancelled: Cancelled.');
});

test('weights that do not match are fetched once more without caches; then they are an error', async () => {
  const { config, weights } = await packFiles();
  const damaged = weights.map((byte, i) => (i === weights.length - 1 ? byte ^ 1 : byte));
  const files: Record<string, Answer> = {
    '/pack/config.json': { body: config },
    '/pack/model.safetensors': { body: damaged },
  };
  const requested: string[] = [];
  const url = await serve(files, ({ url: path, headers }) => {
    requested.push(path ?? '');
    if (headers['cache-control'] === 'no-cache') files['/pack/model.safetensors'] = { body: weights };
  });
  await fetchPack(url, { timings: [] });
  expect(requested).toEqual([1, 2].flatMap(() => ['/pack/config.json', '/pack/model.safetensors']));
  files['/pack/model.safetensors'] = { body: damaged };
  files['/pack/config.json'] = { body: config.replace(/[0-9a-f]{64}/, 'f'.repeat(64)) };
  expect(await problem(fetchPack(url, { timings: [] }))).toBe(
    `bad-file: ${url}model.safetensors is not the file that its config.json names: two versions of the model are mixed there, or it is damaged. Try again in a few minutes.`,
  );
  expect(requested).toHaveLength(8);
});

test('a connection that sends no more is aborted', async () => {
  const { config, weights } = await packFiles();
  const url = await serve({
    '/pack/config.json': { body: config },
    '/pack/model.safetensors': { body: weights, cutAt: 1_000, open: true },
  });
  expect(await problem(fetchPack(url, { timings: [] }, { ...QUICK, stall: 100 }))).toMatch(
    /model\.safetensors broke off after \d+ bytes of \d+\. Check the connection and retry\.$/,
  );
});
