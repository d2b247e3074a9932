/** Opening a stored pack reads what inference needs; a check reads every file. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tinyPackFiles } from '../../engine/testing/tiny-model.ts';
import { createSha256 } from '../../weights/sha256.ts';
import { type PrivateFolder, privateFolder } from '../testing/private-folder.ts';
import { openStoredPack } from './stored-pack.ts';

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
function sha256(bytes: Uint8Array): string {
  const hash = createSha256();
  hash.update(bytes);
  return hash.hex();
}

let root: PrivateFolder;
let files: PrivateFolder['files'];
beforeEach(async () => {
  const { config, weights } = await tinyPackFiles();
  const content = { 'model.safetensors': weights, 'README.md': text('A card.') };
  const listed = Object.entries(content).map(([name, bytes]) => [name, { bytes: bytes.length, sha256: sha256(bytes) }]);
  const json = text(JSON.stringify({ ...JSON.parse(config), files: Object.fromEntries(listed) }));
  const entry = { name: 'Attic', date: '2026-01-02T03:04:05.000Z', source: 'a test', sha256: sha256(json) };
  const pack = privateFolder();
  files = pack.files;
  for (const [name, bytes] of Object.entries({
    ...content,
    'config.json': json,
    'shelf.json': text(JSON.stringify(entry)),
  }))
    files.set(name, bytes);
  root = privateFolder();
  const packs = privateFolder();
  packs.folders.set('tiny', pack);
  root.folders.set('packs', packs);
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => root } });
});
afterEach(() => vi.unstubAllGlobals());

const opened = async () => [...(await openStoredPack('tiny')).files.keys()].sort();
const check = () => openStoredPack('tiny', { again: true });

test('a check reads every file that the config lists, to its last byte', async () => {
  const seen: (readonly [number, number])[] = [];
  await openStoredPack('tiny', { again: true, onChecked: (done, total) => seen.push([done, total]) });
  const all = (files.get('model.safetensors')?.length ?? 0) + 7;
  expect(seen.at(-1)).toEqual([all, all]);
});

test('a check reports a changed or missing model card; opening works without the card', async () => {
  await check();
  files.set('README.md', text('A lie.?'));
  await expect(check()).rejects.toThrow(
    /^The stored model Attic is not as it was stored: README\.md has sha256 [0-9a-f]{64} and config\.json says [0-9a-f]{64}: it is damaged\./,
  );
  expect(await opened()).toEqual(['config.json', 'model.safetensors']);
  files.delete('README.md');
  await expect(check()).rejects.toThrow(
    'The stored model Attic is not as it was stored: its README.md is gone. Delete it under Models and get it again.',
  );
  expect(await opened()).toEqual(['config.json', 'model.safetensors']);
});

test('a pack that is renamed during a check keeps its new name', async () => {
  const entry = () => JSON.parse(new TextDecoder().decode(files.get('shelf.json')));
  await openStoredPack('tiny', {
    again: true,
    onChecked: () => files.set('shelf.json', text(JSON.stringify({ ...entry(), name: 'Loft' }))),
  });
  expect(entry()).toMatchObject({ name: 'Loft', checked: { 'model.safetensors': 1 } });
});

test('a missing weight file is named in the error', async () => {
  files.delete('model.safetensors');
  await expect(opened()).rejects.toThrow(
    'The stored model Attic cannot be used: its model.safetensors is gone. Delete it under Models and get it again.',
  );
});
