import { expect, test } from 'vitest';
import { toFloat32 } from './convert-dtype.ts';
import { type Dtype, elementCount } from './dtype.ts';

test.each<[Dtype, readonly number[], readonly number[]]>([
  // OCP 8-bit floating point specification, table 2.
  ['F8_E4M3', [0x00, 0x01, 0x07, 0x08, 0x38, 0xb8, 0x78, 0x7e], [0, 2 ** -9, 7 * 2 ** -9, 2 ** -6, 1, -1, 256, 448]],
  ['F8_E4M3', [0x7f, 0xff], [Number.NaN, Number.NaN]],
  ['F8_E5M2', [0x01, 0x3c, 0xbc, 0x7b, 0x7c], [2 ** -16, 1, -1, 57_344, Number.POSITIVE_INFINITY]],
  ['U64', [0, 0, 0, 0, 0, 0, 0, 128], [2 ** 63]],
  ['U32', [0, 0, 0, 128], [2 ** 31]],
  ['U16', [0, 128], [2 ** 15]],
])('%s of %j', (dtype, bytes, values) => expect([...toFloat32(dtype, Uint8Array.from(bytes))]).toEqual(values));

test('bytes at any offset', () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
  expect([...toFloat32('F32', bytes.subarray(1))]).toEqual([1.5, -2]);
});

test('the number of elements of a shape that overflows is unknown, whatever comes after', () => {
  expect(elementCount([2, 3, 4])).toBe(24);
  expect(elementCount([])).toBe(1);
  expect(elementCount([2 ** 40, 2 ** 40, 0])).toBeUndefined();
  expect(elementCount([2, -1])).toBeUndefined();
  expect(elementCount([0.5])).toBeUndefined();
});
