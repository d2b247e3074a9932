/** What listing the shelf clears away, and what it must not. */
import { afterEach, expect, test, vi } from 'vitest';
import { packLock } from '../files/locks.ts';
import { CONVERTING_FOLDER, PACKS_FOLDER } from '../files/opfs.ts';
import { type PrivateFolder, pageLocks, privateFolder } from '../testing/private-folder.ts';
import { listShelf } from './shelf.ts';

const text = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
const ENTRY = { name: 'Attic', date: '2026-01-02T03:04:05.000Z', source: 'a test', sha256: 'x' };
const NOTE = { address: 'https://host.example/p/', name: 'Attic', total: 9, etags: {} };

afterEach(() => vi.unstubAllGlobals());

/** Lists a shelf with one folder that has neither an entry nor a note; tells whether it is there afterwards. */
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

test('what a crash left of an import is cleared away', async () => {
  expect(await listed(() => undefined)).toBe(false);
});

test.each<[string, (pack: PrivateFolder, root: PrivateFolder) => void]>([
  ['a pack that is complete by now', (pack) => pack.files.set('shelf.json', text(ENTRY))],
  ['a download that has begun by now', (pack) => pack.files.set('incoming.json', text(NOTE))],
  [
    'a conversion whose files are moved by now',
    (_, root) => {
      const converting = privateFolder();
      converting.folders.set('attic', privateFolder());
      root.folders.set(CONVERTING_FOLDER, converting);
    },
  ],
])('%s stays', async (_, meanwhile) => {
  expect(await listed(meanwhile)).toBe(true);
});

test('what another tab is storing stays', async () => {
  expect(await listed(() => undefined, [packLock('attic')])).toBe(true);
});
