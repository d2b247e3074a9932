import { VpdError } from '../errors.ts';
import { MAX_PIXELS } from './sniff.ts';

/** COCO's run-length encoding: runs of 0 and 1 in turn, starting with 0, down the columns (pycocotools' order). */
export interface Rle {
  /** [height, width], as COCO writes it. */
  readonly size: readonly [height: number, width: number];
  readonly counts: readonly number[];
}

/** A pixel is inside where its probability is above this, as argmax of the two logits has it; a person may choose another level. */
export const INSIDE = 0.5;

/** 1 where probability > level. */
export function threshold(probability: Float32Array, level = INSIDE): Uint8Array {
  return Uint8Array.from(probability, (p) => (p > level ? 1 : 0));
}

/** Pixels inside. */
export function maskArea(mask: Uint8Array): number {
  let area = 0;
  for (const value of mask) if (value) area++;
  return area;
}

/** A row-major mask as COCO's uncompressed RLE. */
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

/** @throws VpdError bad-file: the size is not legal or the runs do not fill it exactly. */
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

/** Characters of the compressed form hold 5 bits each, 0x20 more to follow, offset by 48 (pycocotools `rleToString`). */
const BITS = 5;
const MORE = 0x20;
const SIGN = 0x10;
const OFFSET = 48;

/** COCO's compressed counts: from the third run on, the difference to the run two before. */
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

/** @throws VpdError bad-file: a character that the form does not have, or a number that ends too late. */
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
