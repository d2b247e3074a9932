import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** How a file is served; can be changed between requests. */
export interface Served {
  bytes: Uint8Array;
  etag?: string;
  type?: string;
  /** Whether `Range` is honoured; true by default. */
  ranges?: boolean;
  /** Whether it is compressed for clients that accept gzip. */
  gzip?: boolean;
  /** Whether pages of other origins may read it and its headers; true by default. */
  cors?: boolean | 'bytes only';
  /** Answers to the next requests, one after the other, instead of the file. */
  answers?: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }[];
  /** Numbers of bytes of the body after which the connections of the next responses are dropped. */
  drops?: number[];
  /** Wrong value for Content-Length. */
  contentLength?: number;
  /** Address to which every request is redirected, as hosts redirect to their storage. */
  redirect?: () => string;
  /** Returns what a response that starts at this byte waits for before its body is sent. */
  hold?: (start: number) => Promise<void> | undefined;
  /** Milliseconds between two chunks of 64 KiB. */
  slow?: number;
}

export interface FileServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Files by path, without the leading slash. */
  readonly files: Map<string, Served>;
  /** All requests, as in `GET model.safetensors bytes=0-99`. */
  readonly log: string[];
  close(): Promise<void>;
}

const CHUNK = 65_536;

/** Starts a file server that can have the faults of real servers. */
export async function startFileServer(files: Readonly<Record<string, Served>> = {}): Promise<FileServer> {
  const served = new Map(Object.entries(files));
  const log: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1).replace(/\?.*$/, ''));
    log.push(`${request.method} ${path} ${request.headers.range ?? ''}`.trim());
    void answer(request, response, served.get(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    files: served,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, file: Served | undefined): Promise<void> {
  if (file?.cors !== false) response.setHeader('access-control-allow-origin', '*');
  if (file?.cors !== false && file?.cors !== 'bytes only')
    response.setHeader('access-control-expose-headers', 'ETag, Content-Range, Retry-After');
  // Needed by a cross-origin isolated page.
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
  const instead = file ? file.answers?.shift() : { status: 404, body: 'nothing here' };
  if (!file || instead) {
    response.writeHead(instead?.status ?? 404, instead && 'headers' in instead ? instead.headers : {});
    response.end(instead?.body);
    return;
  }
  if (file.redirect) {
    response.writeHead(302, { location: file.redirect() });
    response.end();
    return;
  }
  if (file.etag !== undefined) response.setHeader('etag', file.etag);
  response.setHeader('content-type', file.type ?? 'application/octet-stream');
  const gzip = file.gzip === true && /\bgzip\b/.test(String(request.headers['accept-encoding']));
  if (gzip) response.setHeader('content-encoding', 'gzip');
  const bytes = gzip ? gzipSync(file.bytes) : file.bytes;
  const changed = request.headers['if-range'] !== undefined && request.headers['if-range'] !== file.etag;
  const range = file.ranges === false || changed ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Math.min(bytes.length, Number(range[2]) + 1) : bytes.length;
  if (range && start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` });
    response.end();
    return;
  }
  if (range) response.setHeader('content-range', `bytes ${start}-${end - 1}/${bytes.length}`);
  response.setHeader('content-length', file.contentLength ?? end - start);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await file.hold?.(start);
  const cut = file.drops?.shift();
  await send(response, bytes.subarray(start, cut === undefined ? end : Math.min(end, start + cut)), file.slow);
  if (cut === undefined && file.contentLength === undefined) response.end();
  else response.destroy();
}

async function send(response: ServerResponse, bytes: Uint8Array, slow = 0): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += CHUNK) {
    await new Promise<void>((resolve) => response.write(bytes.subarray(at, at + CHUNK), () => resolve()));
    if (slow > 0) await new Promise((resolve) => setTimeout(resolve, slow));
  }
}
