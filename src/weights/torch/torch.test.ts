import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../open.ts';
import { gather, isContiguous } from './strided.ts';

/**
 * Written by PyTorch 2.13: {"state_dict": OrderedDict of the tensors below (with `_metadata`), "epoch": 3, "trainer": an object of a
 * foreign class, "callbacks": {that class: …}, "shape": torch.Size}. Rows, transposes, steps and expansions share one storage.
 */
const file = { name: 'tiny.pth', blob: new Blob([readFileSync(new URL('../testdata/tiny.pth', import.meta.url))]) };
const f = Math.fround;

const EXPECTED: readonly (readonly [
  name: string,
  dtype: string,
  shape: readonly number[],
  values: readonly number[],
])[] = [
  ['f32', 'F32', [2, 3], [1.5, -2.25, 3, f(0.1), f(1e-40), f(-1e30)]],
  ['f16', 'F16', [5], [1, -0.3330078125, 65_504, 2 ** -24, Number.POSITIVE_INFINITY]],
  ['bf16', 'BF16', [3], [1, -0.33203125, 3.00405527047391e38]],
  ['f64', 'F64', [2], [f(0.1), Number.POSITIVE_INFINITY]],
  ['i64', 'I64', [2], [-5, 2 ** 40]],
  ['i32', 'I32', [2], [-5, 7]],
  ['i16', 'I16', [1], [-300]],
  ['i8', 'I8', [2], [-128, 127]],
  ['u8', 'U8', [2], [0, 255]],
  ['bool', 'BOOL', [3], [1, 0, 1]],
  ['whole', 'F32', [4, 6], Array.from({ length: 24 }, (_, i) => i / 4)],
  ['row', 'F32', [6], [1.5, 1.75, 2, 2.25, 2.5, 2.75]],
  ['transposed', 'F32', [6, 4], Array.from({ length: 24 }, (_, i) => ((i % 4) * 6 + Math.floor(i / 4)) / 4)],
  ['strided', 'F32', [2, 2], [1.5, 2.25, 4.5, 5.25]],
  ['expanded', 'F32', [3, 2], [0, 0.25, 0, 0.25, 0, 0.25]],
  ['parameter', 'F32', [1, 2], [7, 8]],
  ['scalar', 'I64', [], [42]],
  ['empty', 'F32', [0, 3], []],
];

describe('a file of torch.save', () => {
  it('lists its tensors and notes what was left out', async () => {
    const source = await openCheckpoint([file]);
    expect(source.format).toBe('PyTorch zip');
    expect([...source.tensors.keys()]).toEqual(EXPECTED.map(([name]) => name));
    expect(source.notes).toEqual([
      'tiny.pth: 2 values (complex, count) in the state dict are not tensors and were left out.',
      'tiny.pth: 1 foreign name (trainer.State) in the file: nothing of that was run.',
    ]);
  });

  it.each(EXPECTED)('reads %s', async (name, dtype, shape, values) => {
    const source = await openCheckpoint([file]);
    expect(source.tensors.get(name)).toMatchObject({ dtype, shape });
    expect([...(await source.readF32(name))]).toEqual(values.map(f));
  });
});

it('a flipped bit in a storage is noticed', async () => {
  const bytes = new Uint8Array(await file.blob.arrayBuffer());
  // 1.5 and −2.25 as f32.
  const at = bytes.findIndex((_, i) => bytes.subarray(i, i + 8).join() === '0,0,192,63,0,0,16,192');
  bytes[at + 2] = 193;
  const source = await openCheckpoint([{ name: 'tiny.pth', blob: new Blob([bytes]) }]);
  await expect(source.readF32('f32')).rejects.toThrow(
    /^tiny\.pth: record tiny\/data\/\d+ is damaged: its checksum is wrong\./,
  );
});

describe('strides', () => {
  it('recognizes contiguous views', () => {
    expect(isContiguous({ shape: [2, 3], stride: [3, 1] })).toBe(true);
    expect(isContiguous({ shape: [1, 3], stride: [99, 1] })).toBe(true);
    expect(isContiguous({ shape: [2, 3], stride: [1, 2] })).toBe(false);
    expect(isContiguous({ shape: [], stride: [] })).toBe(true);
  });
  it('gathers three axes', () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
    expect([...gather(bytes, [2, 2, 2], [1, 12, 4], 1)]).toEqual([0, 4, 12, 16, 1, 5, 13, 17]);
  });
});
