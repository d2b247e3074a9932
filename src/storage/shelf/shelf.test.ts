/** Listing the shelf deletes the folders that a crash left, and keeps all others. */
import { afterEach, expect, test, vi } from 'vitest';
import { packLock } from '../files/locks.ts';
import { CONVERTING_FOLDER, PACKS_FOLDER } from '../files/opfs.ts';
import { type PrivateFolder, pageLocks, privateFolder } from '../testing/private-folder.ts';
import { listShelf } from './shelf.ts';

const text = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
const ENTRY = { name: 'Attic', date: '2026-01-02T03:04:05.000Z', source: 'a test', sha256: 'x' };
const NOTE = { address: 'https://host.example/p/', name: 'Attic', total: 9, etags: {} };

afterEach(() => vi.unstubAllGlobals());

/** Lists a shelf with one folder that has neither an entry nor a note; returns whether the folder still exists afterwards. */
async function listed(
  meanwhile: (pack: PrivateFolder, root: PrivateFolder) => void,
  taken: readonly string[] = [],
): Promise<boolean> {
  const root = privateFolder();
  const packs = privateFolder();
  const pack = privateFolder();
  pack.files.set('model.safetensors', text('weights'));
  packs.folders.set('attic', pack);
  root.folders.set(PACKS_FOLDER, packs);
  vi.stubGlobal('navigator', {
    storage: { getDirectory: async () => root, estimate: async () => ({}) },
    locks: pageLocks(new Set(taken), () => meanwhile(pack, root)),
  });
  expect(await listShelf()).toMatchObject({ items: [], unfinished: [], damaged: [] });
  return packs.folders.has('attic');
}

test('the folder of an import that crashed is deleted', async () => {
  expect(await listed(() => undefined)).toBe(false);
});

test.each<[string, (pack: PrivateFolder, root: PrivateFolder) => void]>([
  ['a pack that was completed in the meantime', (pack) => pack.files.set('shelf.json', text(ENTRY))],
  ['a download that was started in the meantime', (pack) => pack.files.set('incoming.json', text(NOTE))],
  [
    'a conversion whose files were moved in the meantime',
    (_, root) => {
      const converting = privateFolder();
      converting.folders.set('attic', privateFolder());
      root.folders.set(CONVERTING_FOLDER, converting);
    },
  ],
])('%s is kept', async (_, meanwhile) => {
  expect(await listed(meanwhile)).toBe(true);
});

test('a pack that another tab is storing is kept', async () => {
  expect(await listed(() => undefined, [packLock('attic')])).toBe(true);
});
