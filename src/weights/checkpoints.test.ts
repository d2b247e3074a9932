import { expect, test } from 'vitest';
import { openEachCheckpoint } from './checkpoints.ts';
import { sniffWeights } from './open.ts';
import { f32, safetensors } from './testing/hostile-files.ts';

const named = (name: string, ...tensors: readonly string[]) => ({
  name,
  blob: safetensors(
    Object.fromEntries(tensors.map((tensor, i) => [tensor, f32(4 * i, 4 * i + 4)])),
    4 * tensors.length,
  ),
});
const index = (name: string, map: Readonly<Record<string, string>>) => ({
  name,
  blob: new Blob([JSON.stringify({ weight_map: map })]),
});

test('shards belong to the index that names them, and every other file is a checkpoint', async () => {
  const files = [
    named('alone.safetensors', 'x'),
    named('2.safetensors', 'b'),
    index('i.json', { a: '1.safetensors', b: '2.safetensors' }),
    named('1.safetensors', 'a'),
  ];
  const opened = await openEachCheckpoint(files);
  expect(opened.map(({ source, files }) => [source.name, source.bytes, files.map(({ name }) => name)])).toEqual([
    ['i.json', (files[1]?.blob.size ?? 0) + (files[3]?.blob.size ?? 0), ['i.json', '2.safetensors', '1.safetensors']],
    ['alone.safetensors', files[0]?.blob.size, ['alone.safetensors']],
  ]);
});

test('JSON with a brace where safetensors have one is JSON', async () => {
  expect(await sniffWeights({ name: 'i.json', blob: new Blob(['{"meta":{"total_size":1},"weight_map":{}}']) })).toBe(
    'json',
  );
});
