import { VpdError } from '../../errors.ts';
import { resizeLabels } from '../planes.ts';

/** Labels of a pixel in the comparison of two masks. */
export const NEITHER = 0;
export const ONLY_A = 1;
export const ONLY_B = 2;
export const BOTH = 3;

export interface Overlap {
  /** NEITHER, ONLY_A, ONLY_B or BOTH per pixel. */
  readonly labels: Uint8Array;
  /** Numbers of pixels. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  readonly union: number;
  /** Intersection over union. Two empty masks agree: 1. */
  readonly iou: number;
}

/**
 * Compares two masks of the same size (non-zero = inside) pixel by pixel.
 * @throws VpdError bad-request: of different sizes
 */
export function overlapOf(a: Uint8Array, b: Uint8Array): Overlap {
  if (a.length !== b.length)
    throw new VpdError(
      'bad-request',
      `Masks of ${a.length} and ${b.length} pixels cannot be compared; they must have one size.`,
    );
  const labels = new Uint8Array(a.length);
  const counts = [0, 0, 0, 0];
  // A plain loop: millions of pixels, also on the page's main thread.
  for (let i = 0; i < labels.length; i++) {
    const label = (a[i] ? ONLY_A : 0) | (b[i] ? ONLY_B : 0);
    labels[i] = label;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  const [, onlyA = 0, onlyB = 0, both = 0] = counts;
  const union = onlyA + onlyB + both;
  return { labels, onlyA, onlyB, both, union, iou: union === 0 ? 1 : both / union };
}

/** A mask and its size in pixels; non-zero = inside. */
interface SizedMask {
  readonly width: number;
  readonly height: number;
  readonly mask: Uint8Array;
}

const maskAt = ({ width, height, mask }: SizedMask, size: Pick<SizedMask, 'width' | 'height'>): Uint8Array =>
  width === size.width && height === size.height ? mask : resizeLabels(mask, width, height, size.width, size.height);

/** Compares two masks of one photo at a size in pixels; by default that of the first. */
export const overlapAt = (a: SizedMask, b: SizedMask, size: Pick<SizedMask, 'width' | 'height'> = a): Overlap =>
  overlapOf(maskAt(a, size), maskAt(b, size));

/**
 * Intersection over union as in the referring benchmarks' code: 0, not 1, if mask and truth are both empty (`this_iou = 0.0 if U == 0` in
 * the official evaluation of LAVT and VPD). Only for figures that are compared with published ones.
 */
export const benchmarkIou = ({ union, iou }: Overlap): number => (union === 0 ? 0 : iou);
