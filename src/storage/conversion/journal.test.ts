import { afterEach, expect, test, vi } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../../fixtures/small.ts';
import { planConversion } from '../../convert/plan.ts';
import { openStorage } from '../files/opfs.ts';
import { privateFolder } from '../testing/private-folder.ts';
import { conversionId, type Journal, readJournal, writeJournal } from './journal.ts';

const JOURNAL: Journal = {
  id: 'vpd-depth-q8-0123456789ab',
  name: 'Attic',
  weights: 'q8',
  options: { heads: 4, name: 'Attic' },
  files: [{ name: 'a.pth', size: 9, sha256: 'x', url: 'https://host.example/a.pth' }],
  total: 9,
  begun: '2026-01-02T03:04:05.000Z',
};

afterEach(() => vi.unstubAllGlobals());

/** A folder with this text as its journal. */
async function folderWith(text: string) {
  const root = privateFolder();
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root } });
  const folder = await openStorage('a');
  root.folders.get('a')?.files.set('journal.json', new TextEncoder().encode(text));
  return folder;
}

test('a journal is read as it was written', async () => {
  const folder = await folderWith('');
  await writeJournal(folder, JOURNAL);
  expect(await readJournal(folder)).toEqual(JOURNAL);
});

test.each([
  ['empty', ''],
  ['incomplete', JSON.stringify(JOURNAL).slice(0, -20)],
  ['without files', JSON.stringify({ ...JOURNAL, files: undefined })],
  ['of an unknown precision', JSON.stringify({ ...JOURNAL, weights: 'q2' })],
])('a journal that is %s is none', async (_, text) => {
  expect(await readJournal(await folderWith(text))).toBeUndefined();
});

test('an id depends on everything that decides the bytes, and not on the order of the files', () => {
  const plan = planConversion([smallFixture('refer'), smallFixture('sd')], SMALL_HEADS);
  const [a, b] = [
    { name: 'a', size: 1, sha256: 'x' },
    { name: 'b', size: 2, sha256: 'y' },
  ];
  const id = conversionId(plan, 'q8', [a, b]);
  expect(id).toMatch(/^vpd-refer-q8-[0-9a-f]{12}$/);
  expect(conversionId(plan, 'q8', [b, { ...a, url: 'https://host.example/a' }])).toBe(id);
  const others = [
    conversionId(plan, 'q4', [a, b]),
    conversionId(plan, 'q8', [a, { ...b, sha256: 'z' }]),
    conversionId({ ...plan, config: { ...plan.config, name: 'Loft' } }, 'q8', [a, b]),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});
