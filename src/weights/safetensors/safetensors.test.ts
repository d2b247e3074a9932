import { describe, expect, it } from 'vitest';
import type { TensorInfo } from '../source.ts';
import { f32, safetensors } from '../testing/hostile-files.ts';
import { memorySink } from '../testing/memory-sink.ts';
import { writeSafetensors } from '../testing/write-safetensors.ts';
import { openSafetensors } from './safetensors.ts';
import { openShards, readShardIndex } from './safetensors-sharded.ts';
import { safetensorsHeader } from './safetensors-writer.ts';

const tensors: TensorInfo[] = [
  { name: 'a', dtype: 'F32', shape: [2, 2], bytes: 16 },
  { name: 'b.half', dtype: 'F16', shape: [3], bytes: 6 },
  { name: 'c', dtype: 'I64', shape: [], bytes: 8 },
  { name: 'd', dtype: 'BF16', shape: [0, 5], bytes: 0 },
];
const data = new Map<string, Uint8Array>([
  ['a', new Uint8Array(Float32Array.of(1, -2, 0.5, 1e-40).buffer)],
  ['b.half', new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 1).buffer)],
  ['c', new Uint8Array(BigInt64Array.of(-7n).buffer)],
  ['d', new Uint8Array(0)],
]);

async function written(some: readonly TensorInfo[], name = 'model.safetensors'): Promise<Blob> {
  const sink = memorySink();
  const writer = await sink.createFile(name);
  await writeSafetensors(writer, some, async ({ name }) => data.get(name) ?? new Uint8Array(0), { format: 'pt' });
  await writer.close();
  return sink.files.get(name) ?? new Blob();
}

describe('safetensors', () => {
  it('reads a file that was written here', async () => {
    const source = await openSafetensors('model.safetensors', await written(tensors));
    expect([...source.tensors.values()]).toEqual(tensors);
    expect(source.metadata).toEqual({ format: 'pt' });
    expect([...(await source.readF32('a'))]).toEqual([1, -2, 0.5, Math.fround(1e-40)]);
    expect([...(await source.readF32('b.half'))]).toEqual([1, -2, 2 ** -24]);
    expect([...(await source.readF32('c'))]).toEqual([-7]);
    expect((await source.readF32('d')).length).toBe(0);
    await expect(source.read('e')).rejects.toThrow('model.safetensors has no tensor e.');
  });

  it('reads a tensor without elements that begins where another one does', async () => {
    const header = { a: f32(0, 4), none: f32(0, 0, [0]) };
    const source = await openSafetensors('a', safetensors(header, 4));
    expect([...source.tensors.keys()]).toEqual(['none', 'a']);
  });

  it.each([
    [new Blob(['abc']), 'a has 3 bytes, fewer than the 8 of a safetensors header length: it is truncated.'],
    [safetensors('[]'), 'a: the safetensors header is not a JSON object.'],
  ])('refuses a file that no other program would take for one: %#', async (blob, message) => {
    await expect(openSafetensors('a', blob)).rejects.toThrow(message);
  });

  it('aligns the data', () => expect(safetensorsHeader(tensors).length % 64).toBe(0));

  it('stops when the signal is aborted', async () => {
    const source = await openSafetensors('model.safetensors', await written(tensors));
    await expect(source.read('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('reads shards through their index', async () => {
    const blobs = new Map([
      ['one.safetensors', await written(tensors.slice(0, 2))],
      ['two.safetensors', await written(tensors.slice(2))],
    ]);
    const weight_map = {
      a: 'one.safetensors',
      'b.half': 'one.safetensors',
      c: 'two.safetensors',
      d: 'two.safetensors',
    };
    const index = new Blob([JSON.stringify({ metadata: { total_size: 30 }, weight_map })]);
    const source = await openShards('i.json', await readShardIndex('i.json', index), blobs);
    expect([...source.tensors.keys()]).toEqual(['a', 'b.half', 'c', 'd']);
    expect([...(await source.readF32('c'))]).toEqual([-7]);
    expect(source.bytes).toBe([...blobs.values()].reduce((sum, { size }) => sum + size, 0));

    const wrong = new Map([...(await readShardIndex('i.json', index)), ['c', 'one.safetensors']]);
    await expect(openShards('i.json', wrong, blobs)).rejects.toThrow(
      'two.safetensors holds tensor c, which i.json places in one.safetensors.',
    );
    const more = new Map([...(await readShardIndex('i.json', index)), ['e', 'one.safetensors']]);
    await expect(openShards('i.json', more, blobs)).rejects.toThrow(
      'i.json places tensor e in one.safetensors, which does not hold it.',
    );
    const huge = Object.defineProperty(new Blob(), 'size', { value: 50_000_001 });
    await expect(readShardIndex('i.json', huge)).rejects.toThrow(
      'i.json has 50000001 bytes, more than the 50000000 that a shard index may have.',
    );
    blobs.delete('two.safetensors');
    await expect(openShards('i.json', await readShardIndex('i.json', index), blobs)).rejects.toThrow(
      'i.json names the shard two.safetensors, which is not among the files. Choose all of them together.',
    );
  });
});
