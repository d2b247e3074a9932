import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readMat5 } from './mat5.ts';

/** Written by SciPy, compressed. */
const scipy = new Uint8Array(readFileSync(new URL('testdata/splits.mat', import.meta.url)));

test('reads an array of numbers and skips the rest', async () => {
  expect(await readMat5('splits.mat', scipy, 'testNdxs')).toEqual(Float64Array.of(3, 1));
  expect(await readMat5('splits.mat', scipy, 'trainNdxs')).toEqual(Float64Array.of(2));
  expect(await readMat5('splits.mat', scipy, 'others')).toBeUndefined();
});

/** An element: type, length, data padded to eight bytes. */
function element(type: number, data: Uint8Array, little: boolean): Uint8Array {
  const out = new Uint8Array(8 + 8 * Math.ceil(data.length / 8));
  new DataView(out.buffer).setUint32(0, type, little);
  new DataView(out.buffer).setUint32(4, data.length, little);
  out.set(data, 8);
  return out;
}
const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function u32(little: boolean, ...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => {
    view.setUint32(4 * i, value, little);
  });
  return new Uint8Array(view.buffer);
}

/** A double array of small integers as MATLAB writes it: values as uint16, the name in the tag itself. */
function matrix(name: string, values: readonly number[], little: boolean): Uint8Array {
  const data = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, i) => {
    data.setUint16(2 * i, value, little);
  });
  const tag = new Uint8Array(8);
  new DataView(tag.buffer).setUint32(0, (name.length << 16) | 1, little);
  tag.set(new TextEncoder().encode(name), 4);
  const body = join(
    element(6, u32(little, 6, 0), little),
    element(5, u32(little, values.length, 1), little),
    tag,
    element(4, new Uint8Array(data.buffer), little),
  );
  return element(14, body, little);
}

function header(little: boolean): Uint8Array {
  const out = new Uint8Array(128).fill(0x20);
  out.set(new TextEncoder().encode(little ? 'IM' : 'MI'), 126);
  return out;
}

test.each([true, false])('little-endian %s: small elements, packed numbers, compressed or not', async (little) => {
  const packed = new Uint8Array(deflateSync(matrix('b', [9], little)));
  const compressed = join(u32(little, 15, packed.length), packed);
  const file = join(header(little), matrix('a', [1, 700], little), compressed, matrix('c', [5], little));
  expect(await readMat5('x.mat', file, 'a')).toEqual(Float64Array.of(1, 700));
  expect(await readMat5('x.mat', file, 'b')).toEqual(Float64Array.of(9));
  expect(await readMat5('x.mat', file, 'c')).toEqual(Float64Array.of(5));
});

/** A compressed array of zeros, which is not the requested one. */
function zeros(count: number): Uint8Array {
  const packed = new Uint8Array(deflateSync(matrix('z', new Array<number>(count / 2).fill(0), true)));
  return join(u32(true, 15, packed.length), packed);
}

test.each([
  [
    'nothing',
    new Uint8Array(),
    'x.mat is not a MAT-file of level 5 (it lacks its mark at byte 126); give the file as it was published.',
  ],
  [
    'a file that ends before its mark',
    scipy.slice(0, 127),
    'x.mat is not a MAT-file of level 5 (it lacks its mark at byte 126); give the file as it was published.',
  ],
  [
    'an array without parts',
    join(header(true), element(14, new Uint8Array(), true)),
    'x.mat ends inside the element at byte 0; download it again.',
  ],
  ['a cut file', scipy.slice(0, 150), 'x.mat ends inside the element at byte 128; download it again.'],
  [
    'a damaged part',
    scipy.map((byte, i) => (i > 140 && i < 160 ? 255 - byte : byte)),
    'x.mat has a compressed part that is damaged; download it again.',
  ],
  [
    'flags of one byte',
    join(header(true), element(14, element(6, Uint8Array.of(6), true), true)),
    'x.mat has an array whose flags are 1 bytes; download it again.',
  ],
  [
    'parts that inflate to too much together',
    join(header(true), zeros(1_000_000), zeros(1_000_000)),
    'x.mat inflates to more than 1048576 bytes, so it holds no list of indices; give the file as it was published.',
  ],
])('refuses %s', async (_, bytes, message) => {
  await expect(readMat5('x.mat', bytes, 'testNdxs')).rejects.toThrow(message);
});
