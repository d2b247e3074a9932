import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { HASH_DIGITS } from '../src/offline/offline-files.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** A file of the page's folder whose requests are never answered. */
export const HANGS = 'assets/hangs.js';

export interface Site {
  readonly url: string;
  /** Paths requested since the last call. */
  requested(): string[];
  /** Publishes another version of the page, with this title. */
  release(title: string): Promise<void>;
  /** Takes the server offline. */
  close(): Promise<void>;
}

const hashOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS);

/** Serves the built page on a static host; `isolated`: with the headers that threads need. */
export async function startSite({ isolated }: { readonly isolated: boolean }): Promise<Site> {
  const changed = new Map<string, string>();
  let requested: string[] = [];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname)).slice(1);
    const name = path === '' ? 'index.html' : path;
    requested.push(name);
    if (name === HANGS) return;
    try {
      const content = changed.get(name) ?? (await readFile(join('dist', name)));
      response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
      response.setHeader('etag', `"${hashOf(content)}"`);
      response.setHeader('cache-control', 'no-cache');
      if (isolated) {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      if (request.headers['if-none-match'] === response.getHeader('etag')) response.writeHead(304).end();
      else response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://localhost:${address.port}/`,
    requested() {
      const paths = requested;
      requested = [];
      return paths;
    },
    async release(title) {
      const page = await readFile('dist/index.html', 'utf8');
      const next = page.replace(/<title>.*<\/title>/, `<title>${title}</title>`);
      const worker = await readFile('dist/sw.js', 'utf8');
      changed.set('index.html', next);
      changed.set(
        'sw.js',
        worker.replace(hashOf(page), hashOf(next)).replace(/"version":"\w+"/, `"version":"${hashOf(title)}"`),
      );
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}
