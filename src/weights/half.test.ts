import { describe, expect, it } from 'vitest';
import { bfloatsToFloats, halfToNumber, halvesToFloats, numberToHalf } from './half.ts';

describe('binary16', () => {
  it('converts all 65,536 bit patterns to float32 and back', () => {
    const floats = halvesToFloats(Uint16Array.from({ length: 65_536 }, (_, i) => i));
    let wrong = 0;
    for (let bits = 0; bits < 65_536; bits++) {
      const value = floats[bits] ?? 0;
      if (Number.isNaN(value) ? (bits & 0x7c00) !== 0x7c00 : numberToHalf(value) !== bits) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [65_519.99609375, 0x7bff],
    [65_520, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // a tie, to even
    [1.0000001 * 2 ** -25, 0x0001],
    [3 * 2 ** -25, 0x0002], // a tie, to even
    [2 ** -14, 0x0400],
    [1 + 2 ** -11, 0x3c00], // a tie, to even
    [1 + 3 * 2 ** -11, 0x3c02],
    [-0, 0x8000],
    [Number.NaN, 0x7e00],
  ])('rounds %f to nearest even', (value, bits) => expect(numberToHalf(value)).toBe(bits));

  it('reads subnormals', () => expect(halfToNumber(0x03ff)).toBe(1023 * 2 ** -24));
});

it('reads every bfloat16 according to its definition', () => {
  const floats = bfloatsToFloats(Uint16Array.from({ length: 65_536 }, (_, i) => i));
  let wrong = 0;
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 7) & 0xff;
    const fraction = (bits & 0x7f) / 128;
    let value = sign * (exponent === 0 ? fraction * 2 ** -126 : (1 + fraction) * 2 ** (exponent - 127));
    if (exponent === 255) value = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (!Object.is(floats[bits], value)) wrong++;
  }
  expect(wrong).toBe(0);
});
