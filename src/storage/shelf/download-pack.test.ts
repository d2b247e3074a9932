import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toVpdError } from '../../errors.ts';
import { type FileServer, type Served, startFileServer } from '../../testing/file-server.ts';
import type { SyncFile } from '../files/sync-folder.ts';
import { type PrivateFolder, pageLocks, privateFolder } from '../testing/private-folder.ts';
import { downloadPack } from './download-pack.ts';
import { readConfig, shelve } from './shelve.ts';

const PACK = join(import.meta.dirname, '../../../models/tiny');
const WEIGHTS = 'model.safetensors';
const DROPPED_AFTER = 3_000_000;
const QUICK = { tries: 1, pause: 1 };

declare global {
  /** Exists in workers only, and tests are compiled without the worker types. */
  interface FileSystemFileHandle {
    createSyncAccessHandle(): Promise<SyncFile>;
  }
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
/** Files in the folder of the only pack. */
const stored = () => [...(root.folders.get('packs')?.folders.values() ?? [])][0]?.files;
const weightRequests = () =>
  server.log.filter((line) => line.includes(WEIGHTS)).map((line) => line.split(' ')[2] ?? 'whole');

/** Starts a download whose connection is dropped; returns the bytes received. */
async function interrupt(): Promise<number> {
  served(WEIGHTS).drops = [DROPPED_AFTER];
  const problem = await download().catch(toVpdError);
  expect(problem).toMatchObject({ code: 'network', message: expect.stringMatching(/broke off after \d+ bytes/) });
  server.log.length = 0;
  // Bytes in flight may be lost with the connection.
  const here = stored()?.get(WEIGHTS)?.length ?? 0;
  expect(here).toBeGreaterThan(0);
  return here;
}

async function expectWhole(id: string): Promise<void> {
  expect(id).toMatch(/^vpd-tiny-[0-9a-f]{12}$/);
  expect([...(stored()?.keys() ?? [])].sort()).toEqual(['README.md', 'config.json', WEIGHTS, 'shelf.json']);
  expect(Buffer.compare(stored()?.get(WEIGHTS) ?? new Uint8Array(), served(WEIGHTS).bytes)).toBe(0);
}

test('an interrupted download resumes at the same byte', async () => {
  const here = await interrupt();
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`]);
});

test('a file whose ETag has changed is downloaded again, and its hash shows that it is the right one', async () => {
  const here = await interrupt();
  served(WEIGHTS).etag = '"two"';
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`, 'whole']);
});

test('a weak and a strong ETag with the same value are equal', async () => {
  served(WEIGHTS).etag = 'W/"one"';
  const here = await interrupt();
  served(WEIGHTS).etag = '"one"';
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`]);
});

test('the new ETag is saved for the next attempt', async () => {
  await interrupt();
  served(WEIGHTS).etag = '"two"';
  // The first response shows the new ETag, the second is interrupted.
  served(WEIGHTS).drops = [DROPPED_AFTER * 2, DROPPED_AFTER];
  expect(await download().catch(toVpdError)).toMatchObject({ code: 'network' });
  const here = stored()?.get(WEIGHTS)?.length ?? 0;
  expect(here).toBeLessThanOrEqual(DROPPED_AFTER);
  expect(JSON.parse(Buffer.from(stored()?.get('incoming.json') ?? []).toString()).etags).toMatchObject({
    [WEIGHTS]: '"two"',
  });
  server.log.length = 0;
  await expectWhole(await download());
  expect(weightRequests()).toEqual([`bytes=${here}-`]);
});

test('a failed import keeps the files of an unfinished download of the same pack', async () => {
  const here = await interrupt();
  const config = readConfig(new Uint8Array(served('config.json').bytes));
  const broken = {
    read: () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('The disk was pulled out.')) }),
    }),
  };
  await expect(shelve(config, broken, { source: 'a.zip', keep: false })).rejects.toThrow('The disk was pulled out.');
  expect(stored()?.get(WEIGHTS)).toHaveLength(here);
  expect(stored()?.has('incoming.json')).toBe(true);
});

test('a failed import keeps the pack that another tab has stored in the meantime', async () => {
  const config = readConfig(new Uint8Array(served('config.json').bytes));
  const id = await download();
  const pack = root.folders.get('packs')?.folders.get(id) ?? privateFolder();
  root.folders.get('packs')?.folders.clear();
  const meanwhile = () => void root.folders.get('packs')?.folders.set(id, pack);
  vi.stubGlobal('navigator', { ...navigator, locks: pageLocks(new Set(), meanwhile) });
  const stop = AbortSignal.abort();
  const none = { async *read() {} };
  expect(await shelve(config, none, { source: 'a.zip', keep: false, signal: stop })).toBe(id);
  await expectWhole(id);
});

test('a failed import deletes its files', async () => {
  const config = readConfig(new Uint8Array(served('config.json').bytes));
  const stop = AbortSignal.abort();
  const incoming = {
    async *read() {
      yield new Uint8Array(1);
    },
  };
  await expect(shelve(config, incoming, { source: 'a.zip', keep: false, signal: stop })).rejects.toThrow('Cancelled.');
  expect(stored()).toBeUndefined();
});

test('a download is not resumed if its address now has another model', async () => {
  const here = await interrupt();
  const [id = ''] = root.folders.get('packs')?.folders.keys() ?? [];
  const config = served('config.json');
  config.bytes = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(config.bytes).toString()), name: 'Other' }));
  await expect(downloadPack(`${server.url}p/`, { policy: QUICK, id })).rejects.toMatchObject({
    code: 'network',
    message: `The model at ${server.url}p/ has changed since this download began, so the download cannot continue. Discard it, then look up the address again.`,
  });
  expect(stored()?.get(WEIGHTS)).toHaveLength(here);
  expect(root.folders.get('packs')?.folders.size).toBe(1);
  expect(weightRequests()).toEqual([]);
});

test('a disk that becomes full while a changed file is downloaded again is reported', async () => {
  await interrupt();
  served(WEIGHTS).etag = '"two"';
  let estimates = 0;
  vi.stubGlobal('navigator', {
    ...navigator,
    storage: { ...navigator.storage, estimate: async () => (++estimates > 1 ? { quota: 1, usage: 1 } : {}) },
  });
  expect(await download().catch(toVpdError)).toMatchObject({ code: 'storage' });
  expect(estimates).toBe(2);
});
