import { expect, test } from 'vitest';
import { depth } from '../testing/bench.ts';
import { keptOnDisk } from '../testing/kept.ts';

test('a result that is read has its pack, and the device that took its times', async () => {
  const disk = keptOnDisk();
  await disk.keep('photo-1 depth', { task: 'depth', result: depth() }, 'a');
  const kept = disk.ledger.results.get('photo-1 depth');
  const device = { backend: 'wasm' };
  if (kept) disk.ledger.results.set(kept.key, { ...kept, device });
  expect(await disk.results.read('photo-1 depth')).toEqual({ task: 'depth', result: depth(), pack: 'a', device });
});
