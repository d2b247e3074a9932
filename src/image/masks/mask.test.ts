import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VpdError } from '../../errors.ts';
import { decodeRle, encodeRle, maskArea, rleFromString, rleToString, threshold } from './mask.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A mask with short and long runs. */
function mixed(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const noise = Math.floor(((i * 2654435761) % 2 ** 32) / 2 ** 28);
    return [1, 2, 3, 9, 10].includes(noise) || Math.floor(i / (width * 3)) % 2 === 1 ? 1 : 0;
  });
}

function ellipse(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const x = ((i % width) - 320) / 200;
    const y = (Math.floor(i / width) - 240) / 100;
    return x * x + y * y < 1 ? 1 : 0;
  });
}

describe('RLE', () => {
  it('counts down the columns, starting with a run of 0', () => {
    // 0 1
    // 0 1
    // 1 1
    expect(encodeRle(Uint8Array.of(0, 1, 0, 1, 1, 1), 2, 3)).toEqual({ size: [3, 2], counts: [2, 4] });
    expect(encodeRle(Uint8Array.of(1, 0), 2, 1)).toEqual({ size: [1, 2], counts: [0, 1, 1] });
  });

  it('writes strings computed by hand from COCO’s mask API', () => {
    // 231N: 2, 3, 1, then 1 − 3 = −2, whose five bits are 30. T3: 100 = 3·32 + 4. `0: 16 would look negative in five bits.
    expect(rleToString([2, 3, 1, 1])).toBe('231N');
    expect(rleToString([100])).toBe('T3');
    expect(rleToString([16])).toBe('`0');
    expect(rleFromString('231N')).toEqual([2, 3, 1, 1]);
  });

  // From pycocotools 2.0.11: area, length and sha256 of `encode(...)['counts']`.
  it.each([
    [mixed(5, 4), 5, 4, 10, 10, sha256('142N0O10O1')],
    [mixed(40, 30), 40, 30, 787, 530, '7c98a29fb011e9b1672edd04c565509cae0c4c9cc9d9398dc1683abec16b99c5'],
    [mixed(300, 200), 300, 200, 39162, 20863, '514a9ad9538b17271eb3c5ea6f121c9a5b6487dbd6096744c5f00d93b8832157'],
    [ellipse(640, 480), 640, 480, 62789, 807, '3cbbcc8c156dc732770afb33d00a4475b8fc30fb6602bd1d6ffc0d040e13bb79'],
    [Uint8Array.of(1, 1, 1, 1), 2, 2, 4, 2, sha256('04')],
    [Uint8Array.of(0, 0, 0, 0), 2, 2, 0, 1, sha256('4')],
  ])('equals pycocotools (case %#)', (mask, width, height, area, length, hash) => {
    const rle = encodeRle(mask, width, height);
    const text = rleToString(rle.counts);
    expect(maskArea(mask)).toBe(area);
    expect(text).toHaveLength(length);
    expect(sha256(text)).toBe(hash);
    expect(decodeRle({ size: [height, width], counts: rleFromString(text) })).toEqual(mask);
  });

  it.each([
    [{ size: [2, 2], counts: [1, 2] }, 'An RLE mask has runs of 3 pixels in all; its 2×2 px need 4.'],
    [
      { size: [2, 2], counts: [5, -1] },
      'An RLE mask has a run that is not a whole number of at least 0; write the mask again.',
    ],
    [
      { size: [2, 2], counts: [0.5, 3.5] },
      'An RLE mask has a run that is not a whole number of at least 0; write the mask again.',
    ],
    [{ size: [2, 2], counts: [1, 4] }, 'An RLE mask has runs of 5 pixels in all; its 2×2 px need 4.'],
    [{ size: [0, 2], counts: [0] }, 'An RLE mask of 2×0 px is not legal; at most 120000000 pixels are read.'],
    [{ size: [0.5, 2], counts: [1] }, 'An RLE mask of 2×0.5 px is not legal; at most 120000000 pixels are read.'],
    [
      { size: [1e6, 1e6], counts: [1e12] },
      'An RLE mask of 1000000×1000000 px is not legal; at most 120000000 pixels are read.',
    ],
  ] as const)('refuses %j', (rle, message) => {
    expect(() => decodeRle(rle)).toThrow(message);
  });
  it.each(['o', '1é', ' ', 'oooooooooooo'])('refuses the string %j', (text) => {
    expect(() => rleFromString(text)).toThrow(VpdError);
  });
});

describe('masks', () => {
  it('threshold is strict', () => {
    expect([...threshold(Float32Array.of(0.5, 0.51, Number.NaN))]).toEqual([0, 1, 0]);
    expect([...threshold(Float32Array.of(0.2, 0.3), 0.25)]).toEqual([0, 1]);
  });
});
