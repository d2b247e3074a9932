import { VpdError } from '../../errors.ts';
import { MAX_PIXELS } from '../formats/sniff.ts';

/** COCO's run-length encoding: alternating runs of 0 and 1, starting with 0, column by column (as in pycocotools). */
export interface Rle {
  /** [height, width], as COCO writes it. */
  readonly size: readonly [height: number, width: number];
  readonly counts: readonly number[];
}

/** Default threshold: a pixel is inside if its probability is above it, which equals the argmax of the two logits. */
export const INSIDE = 0.5;

/** Mask of the pixels with probability > level: 1 inside, 0 outside. */
export function threshold(probability: Float32Array, level = INSIDE): Uint8Array {
  const mask = new Uint8Array(probability.length);
  // `Uint8Array.from` first lists all values, which ends the worker above some 100 million of them: a list cannot be that long.
  for (let i = 0; i < mask.length; i++) mask[i] = (probability[i] ?? 0) > level ? 1 : 0;
  return mask;
}

/** Number of pixels inside. */
export function maskArea(mask: Uint8Array): number {
  let area = 0;
  for (const value of mask) if (value) area++;
  return area;
}

/** Encodes a row-major mask as COCO's uncompressed RLE. */
export function encodeRle(mask: Uint8Array, width: number, height: number): Rle {
  const counts: number[] = [];
  let inside = 0;
  let run = 0;
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++) {
      const value = mask[y * width + x] ? 1 : 0;
      if (value !== inside) {
        counts.push(run);
        inside = value;
        run = 0;
      }
      run++;
    }
  counts.push(run);
  return { size: [height, width], counts };
}

/**
 * Decodes COCO's uncompressed RLE to a row-major mask of 0 and 1.
 * @throws VpdError bad-file: the size is not legal, or the runs do not fill it exactly
 */
export function decodeRle({ size: [height, width], counts }: Rle): Uint8Array {
  const pixels = width * height;
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1) || pixels > MAX_PIXELS)
    throw new VpdError(
      'bad-file',
      `An RLE mask of ${width}×${height} px is not legal; at most ${MAX_PIXELS} pixels are read.`,
    );
  if (!counts.every((run) => Number.isInteger(run) && run >= 0))
    throw new VpdError(
      'bad-file',
      'An RLE mask has a run that is not a whole number of at least 0; write the mask again.',
    );
  const total = counts.reduce((sum, run) => sum + run, 0);
  if (total !== pixels)
    throw new VpdError(
      'bad-file',
      `An RLE mask has runs of ${total} pixels in all; its ${width}×${height} px need ${pixels}.`,
    );
  const mask = new Uint8Array(pixels);
  let at = 0;
  counts.forEach((run, i) => {
    if (i % 2 === 1) for (let k = at; k < at + run; k++) mask[(k % height) * width + Math.floor(k / height)] = 1;
    at += run;
  });
  return mask;
}

/** A character of the compressed form holds 5 bits, and 0x20 if more follow, offset by 48 (pycocotools `rleToString`). */
const BITS = 5;
const MORE = 0x20;
const SIGN = 0x10;
const OFFSET = 48;

/** Encodes counts as COCO's compressed string; from the fourth run on, it holds the difference to the run two before. */
export function rleToString(counts: readonly number[]): string {
  let text = '';
  counts.forEach((run, i) => {
    let rest = i > 2 ? run - (counts[i - 2] ?? 0) : run;
    for (let more = true; more; ) {
      let bits = rest & 0x1f;
      rest >>= BITS;
      more = bits & SIGN ? rest !== -1 : rest !== 0;
      if (more) bits |= MORE;
      text += String.fromCharCode(bits + OFFSET);
    }
  });
  return text;
}

/**
 * Decodes COCO's compressed string to counts.
 * @throws VpdError bad-file: an invalid character, or a number that is too long
 */
export function rleFromString(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    for (let shift = 0; ; shift += BITS) {
      const bits = text.charCodeAt(at++) - OFFSET;
      // 32 bits hold any run of a legal mask; NaN (the end of the text) fails the comparison too.
      if (!(bits >= 0 && bits < 64) || shift > 30)
        throw new VpdError('bad-file', `A compressed RLE mask is broken at character ${at}; write the mask again.`);
      value |= (bits & 0x1f) << shift;
      if (bits & MORE) continue;
      if (bits & SIGN && shift + BITS < 32) value |= -1 << (shift + BITS);
      break;
    }
    counts.push(counts.length > 2 ? value + (counts[counts.length - 2] ?? 0) : value);
  }
  return counts;
}
