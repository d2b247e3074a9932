import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type FileServer, type Served, startFileServer } from '../../e2e/file-server.ts';
import { toVpdError } from '../errors.ts';
import { downloadPack } from './download-pack.ts';
import type { SyncFile } from './sync-folder.ts';

const PACK = join(import.meta.dirname, '../../models/tiny');
const WEIGHTS = 'model.safetensors';
const BROKE_OFF = 3_000_000;
const QUICK = { tries: 1, pause: 1 };

declare global {
  /** Workers have it, whose types the tests go without. */
  interface FileSystemFileHandle {
    createSyncAccessHandle(): Promise<SyncFile>;
  }
}

interface PrivateFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly folders: Map<string, PrivateFolder>;
}

/** What is used of a browser's private storage, in memory. */
function privateFolder(): PrivateFolder {
  const folders = new Map<string, PrivateFolder>();
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const missing = () => new DOMException('', 'NotFoundError');
  const contentOf = (name: string) => files.get(name) ?? new Uint8Array(0);

  const syncFile = (name: string): SyncFile => ({
    read(into, { at }) {
      const part = contentOf(name).subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write(chunk, { at }) {
      const next = new Uint8Array(Math.max(contentOf(name).length, at + chunk.length));
      next.set(contentOf(name));
      next.set(chunk, at);
      files.set(name, next);
      return chunk.length;
    },
    getSize: () => contentOf(name).length,
    truncate: (size) => void files.set(name, contentOf(name).slice(0, size)),
    flush: () => undefined,
    close: () => undefined,
  });

  const fileHandle = (name: string) => ({
    kind: 'file',
    getFile: async () => new File([contentOf(name)], name, { lastModified: 1 }),
    async createWritable() {
      let content = new Blob();
      return {
        write: async (what: string | Blob) => {
          content = new Blob([what]);
        },
        close: async () => void files.set(name, new Uint8Array(await content.arrayBuffer())),
        abort: async () => undefined,
      };
    },
    createSyncAccessHandle: async () => syncFile(name),
  });

  const handle = {
    kind: 'directory',
    files,
    folders,
    async getDirectoryHandle(name: string, { create = false } = {}) {
      const folder = folders.get(name) ?? (create ? privateFolder() : undefined);
      if (!folder) throw missing();
      folders.set(name, folder);
      return folder;
    },
    async getFileHandle(name: string, { create = false } = {}) {
      if (!files.has(name) && !create) throw missing();
      files.set(name, contentOf(name));
      return fileHandle(name);
    },
    async removeEntry(name: string) {
      if (!files.delete(name) && !folders.delete(name)) throw missing();
    },
    async *entries() {
      yield* folders.entries();
      for (const name of [...files.keys()]) yield [name, fileHandle(name)] as const;
    },
  };
  return handle;
}

let server: FileServer;
let root: PrivateFolder;
beforeEach(async () => {
  root = privateFolder();
  vi.stubGlobal('navigator', {
    storage: { getDirectory: async () => root, estimate: async () => ({}) },
    locks: { request: (_: string, __: object, work: (lock: object) => unknown) => work({}) },
  });
  const files: Record<string, Served> = {};
  for (const name of ['config.json', WEIGHTS, 'README.md'])
    files[`p/${name}`] = { bytes: await readFile(join(PACK, name)), etag: '"one"' };
  server = await startFileServer(files);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

const served = (name: string): Served => server.files.get(`p/${name}`) ?? { bytes: new Uint8Array() };
const download = () => downloadPack(`${server.url}p/`, { policy: QUICK });
/** The folder of the only pack. */
const stored = () => [...(root.folders.get('packs')?.folders.values() ?? [])][0]?.files;
const weightRequests = () =>
  server.log.filter((line) => line.includes(WEIGHTS)).map((line) => line.split(' ')[2] ?? 'whole');

/** Begins a download that breaks off. */
async function breakOff(): Promise<number> {
  served(WEIGHTS).drops = [BROKE_OFF];
  const problem = await download().catch(toVpdError);
  expect(problem).toMatchObject({ code: 'network', message: expect.stringMatching(/broke off after \d+ bytes/) });
  server.log.length = 0;
  // A connection that is cut may take with it what was on its way.
  const here = stored()?.get(WEIGHTS)?.length ?? 0;
  expect(here).toBeGreaterThan(0);
  return here;
}

async function expectWhole(id: string): Promise<void> {
  expect(id).toMatch(/^vpd-tiny-[0-9a-f]{12}$/);
  expect([...(stored()?.keys() ?? [])].sort()).toEqual(['README.md', 'config.json', WEIGHTS, 'shelf.json']);
  expect(Buffer.compare(stored()?.get(WEIGHTS) ?? new Uint8Array(), served(WEIGHTS).bytes)).toBe(0);
}

test('a download goes on where it broke off', async () => {
  const here = await breakOff();
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`]);
});

test('a file whose ETag has become another comes anew, and its hash tells that it is the right one', async () => {
  const here = await breakOff();
  served(WEIGHTS).etag = '"two"';
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`, 'whole']);
});

test('the new ETag is kept for the next attempt', async () => {
  await breakOff();
  served(WEIGHTS).etag = '"two"';
  // The first answer tells that it is another, the second breaks off.
  served(WEIGHTS).drops = [BROKE_OFF * 2, BROKE_OFF];
  expect(await download().catch(toVpdError)).toMatchObject({ code: 'network' });
  const here = stored()?.get(WEIGHTS)?.length ?? 0;
  expect(here).toBeLessThanOrEqual(BROKE_OFF);
  expect(JSON.parse(Buffer.from(stored()?.get('incoming.json') ?? []).toString()).etags).toMatchObject({
    [WEIGHTS]: '"two"',
  });
  server.log.length = 0;
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`]);
});

test('a pack that cannot be stored after all ends in a sentence', async () => {
  await breakOff();
  served(WEIGHTS).etag = '"two"';
  let estimates = 0;
  vi.stubGlobal('navigator', {
    ...navigator,
    storage: { ...navigator.storage, estimate: async () => (++estimates > 1 ? { quota: 1, usage: 1 } : {}) },
  });
  expect(await download().catch(toVpdError)).toMatchObject({ code: 'storage' });
  expect(estimates).toBe(2);
});
