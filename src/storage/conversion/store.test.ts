/** Tests which folders of conversions are deleted, and when a pack is listed. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { conversionLock, packLock } from '../files/locks.ts';
import { CONVERTING_FOLDER, openStorage } from '../files/opfs.ts';
import { findShelfEntry, writeShelfEntry } from '../shelf/stored-pack.ts';
import { type PrivateFolder, pageLocks, privateFolder } from '../testing/private-folder.ts';
import { discardConversion, listConversions, publishConversion } from './store.ts';

const ID = 'vpd-depth-q8-0123456789ab';
const journal = {
  id: ID,
  name: 'Attic',
  weights: 'q8',
  options: {},
  files: [{ name: 'a.pth', size: 9, sha256: 'x' }],
  total: 9,
  begun: '2026-01-02T03:04:05.000Z',
} as const;
const text = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

let root: PrivateFolder;
let folder: PrivateFolder;
beforeEach(() => {
  root = privateFolder();
  folder = privateFolder();
  const converting = privateFolder();
  converting.folders.set(ID, folder);
  root.folders.set(CONVERTING_FOLDER, converting);
  stubLocks(pageLocks());
});
afterEach(() => vi.unstubAllGlobals());

const stubLocks = (locks: ReturnType<typeof pageLocks>) =>
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root }, locks });
const ids = async () => (await listConversions()).map(({ id }) => id);
const left = () => [...(root.folders.get(CONVERTING_FOLDER)?.folders.keys() ?? [])];
const handle = async (name: string) => (await openStorage(name)).getDirectoryHandle(ID, { create: true });

test('a conversion that runs in another tab is not discarded', async () => {
  folder.files.set('journal.json', text(journal));
  stubLocks(pageLocks(new Set([conversionLock(ID)])));
  await expect(discardConversion(ID)).rejects.toMatchObject({
    code: 'storage',
    message: 'This conversion is under way in another tab of this page. Cancel it there, or wait until it has ended.',
  });
  expect(left()).toEqual([ID]);
  stubLocks(pageLocks());
  await discardConversion(ID);
  expect(left()).toEqual([]);
});

test('a folder without a journal is deleted, unless a tab is about to write the journal', async () => {
  stubLocks(pageLocks(new Set([conversionLock(ID)])));
  expect(await ids()).toEqual([]);
  expect(left(), 'a tab holds its lock').toEqual([ID]);
  stubLocks(pageLocks(new Set(), () => folder.files.set('journal.json', text(journal))));
  expect(await ids()).toEqual([]);
  expect(left(), 'the journal was written in the meantime').toEqual([ID]);
  stubLocks(pageLocks());
  expect(await ids()).toEqual([ID]);
  folder.files.clear();
  expect(await ids()).toEqual([]);
  expect(left()).toEqual([]);
});

test('a conversion whose pack is already on the shelf is deleted and not listed', async () => {
  folder.files.set('journal.json', text(journal));
  const entry = { name: 'Attic', date: '2026-01-02T03:04:05.000Z', source: 'a.pth', sha256: 'x' };
  await writeShelfEntry(await handle('packs'), entry);
  expect(await ids()).toEqual([]);
  expect(left()).toEqual([]);
  expect(await findShelfEntry(ID)).toEqual(entry);
});

test('a pack is listed once all its files are moved, and not if one of them is lost during the move', async () => {
  const { config, weights } = await tinyPackFiles();
  const fill = () => {
    const content = { 'model.safetensors': weights, 'README.md': text('A card.') };
    const files = Object.entries(content).map(([name, { length }]) => [
      name,
      { bytes: length, sha256: '0'.repeat(64) },
    ]);
    const all = { ...content, 'config.json': text({ ...JSON.parse(config), files: Object.fromEntries(files) }) };
    for (const [name, bytes] of Object.entries(all)) folder.files.set(name, bytes);
  };
  const packs = privateFolder();
  root.folders.set('packs', packs);
  const to = privateFolder();
  packs.folders.set(ID, to);
  const publish = async () => publishConversion(journal, await handle(CONVERTING_FOLDER), new AbortController().signal);

  fill();
  const arrive = vi.spyOn(to.files, 'set').mockImplementationOnce((name, bytes) => {
    arrive.mockRestore();
    folder.files.delete('README.md');
    return to.files.set(name, bytes);
  });
  await expect(publish()).rejects.toThrow('Files of Attic are gone from this browser’s storage. Convert it again.');
  expect(await findShelfEntry(ID)).toBeUndefined();
  expect(left()).toEqual([ID]);

  fill();
  expect(await publish()).toMatchObject({ id: ID, name: 'Attic' });
  expect([...to.files.keys()].sort()).toEqual(['README.md', 'config.json', 'model.safetensors', 'shelf.json']);
  expect(left()).toEqual([]);
});

test('a conversion that is cancelled while another tab stores the same pack waits no longer, and nothing is moved', async () => {
  const stop = new AbortController();
  stubLocks(pageLocks(new Set([packLock(ID)]), () => queueMicrotask(() => stop.abort())));
  const publishing = publishConversion(journal, await handle(CONVERTING_FOLDER), stop.signal);
  await expect(publishing).rejects.toMatchObject({ code: 'cancelled' });
  expect(root.folders.get('packs')?.folders.size).toBe(0);
  expect(left()).toEqual([ID]);
});
