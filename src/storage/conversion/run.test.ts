/** What a conversion leaves in the browser's storage, however it ends. */
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SMALL_HEADS, smallFixture } from '../../../fixtures/small.ts';
import { writeSource } from '../../convert/testing/fixture.ts';
import { VpdError } from '../../errors.ts';
import type { NamedBlob } from '../../weights/open.ts';
import { memorySink } from '../../weights/testing/memory-sink.ts';
import { findShelfEntry } from '../shelf/stored-pack.ts';
import { type PrivateFolder, pageLocks, privateFolder } from '../testing/private-folder.ts';
import { prepareConversion } from './plan.ts';
import type { ConversionProgress } from './protocol.ts';
import { isWorthKeeping, runConversion } from './run.ts';

const NAME = 'depth.safetensors';
let checkpoint: NamedBlob;
beforeAll(async () => {
  const { files, ...sink } = memorySink();
  const file = await sink.createFile(NAME);
  await writeSource(file, smallFixture('depth'));
  await file.close();
  checkpoint = { name: NAME, blob: files.get(NAME) ?? new Blob() };
});

let root: PrivateFolder;
beforeEach(() => {
  root = privateFolder();
  stubFree({});
});
afterEach(() => vi.unstubAllGlobals());

const stubFree = (estimate: StorageEstimate) =>
  vi.stubGlobal('navigator', {
    storage: { getDirectory: async () => root, estimate: async () => estimate },
    locks: pageLocks(),
  });
const prepared = () => prepareConversion([checkpoint], SMALL_HEADS);
const folderOf = (id: string) => root.folders.get('converting')?.folders.get(id);
const noPause = async () => undefined;
const go = async (
  onProgress: (progress: ConversionProgress) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
) => runConversion(await prepared(), 'f32', { signal, onProgress, pause: noPause });

test('a finished conversion is on the shelf, leaves nothing else, and is not repeated', async () => {
  const phases: string[] = [];
  const { id, name, sha256 } = await go(({ phase }) => phases.push(phase));
  expect([...new Set(phases)]).toEqual(['converting', 'publishing']);
  expect(await findShelfEntry(id)).toMatchObject({ name, sha256, source: NAME });
  expect(folderOf(id)).toBeUndefined();
  const again: string[] = [];
  expect(await go(({ phase }) => again.push(phase))).toMatchObject({ id, name, sha256 });
  expect(again).toEqual([]);
});

test('a cancelled conversion is deleted; one that lacked space continues', async () => {
  const { id, bytes } = (await prepared()).report.schemes.f32;
  const stop = new AbortController();
  const half = ({ done, total }: ConversionProgress) => done > total / 2;
  await expect(go((progress) => half(progress) && stop.abort(), stop.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(folderOf(id)).toBeUndefined();

  const full = new DOMException('', 'QuotaExceededError');
  const failing = vi.fn((progress: ConversionProgress) => {
    if (half(progress)) throw new VpdError('storage', 'The disk is full.', { cause: full });
  });
  await expect(go(failing)).rejects.toThrow('The disk is full.');
  expect(folderOf(id)?.files.has('journal.json')).toBe(true);
  const { kept } = (await prepared()).report.schemes.f32;
  expect(kept).toBeGreaterThan(0);

  // What is written already needs no more space.
  stubFree({ quota: bytes - kept - 1, usage: 0 });
  await expect(go()).rejects.toThrow(/needs .* of storage and the browser gives this page .* more/);
  stubFree({ quota: bytes - kept, usage: 0 });
  const steps: ConversionProgress[] = [];
  await go((progress) => steps.push(progress));
  expect(steps.find(({ phase }) => phase === 'checking')).toBeDefined();
  expect(steps.find(({ phase }) => phase === 'converting')?.kept).toBeGreaterThan(0);
});

test.each<[string, boolean, unknown]>([
  ['a full disk', true, new VpdError('storage', 'Full.')],
  ['too little memory', true, new VpdError('no-memory', 'Full.')],
  ['no connection', true, new VpdError('network', 'Offline.')],
  ['a crash', true, new TypeError('a bug')],
  [
    'a disk that was removed',
    true,
    new VpdError('bad-file', 'Gone.', { cause: new DOMException('', 'NotFoundError') }),
  ],
  ['a file with wrong content', false, new VpdError('bad-file', 'It holds NaN.')],
  ['a cancel', false, new VpdError('cancelled', 'Cancelled.')],
])('after %s the bytes written so far are worth keeping: %s', (_, expected, thrown) => {
  expect(isWorthKeeping(thrown)).toBe(expected);
});
