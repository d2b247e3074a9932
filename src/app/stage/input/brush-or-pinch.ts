/** A press that the brush has captured, at the moment when another pointer comes down. */
export interface HeldPress {
  readonly pointerType: string;
  /** False if it began outside the photo. */
  readonly paints: boolean;
  /** Milliseconds since it began. */
  readonly age: number;
  /** Length of its path in CSS pixels. */
  readonly travelled: number;
}

/** A second finger within this many milliseconds makes a pinch… */
const PINCH_MS = 300;
/** …or later, if the path of the first finger is still shorter than this many radii of the brush, or than MIN_PATH CSS pixels. */
const SHORT_RADII = 2;
const MIN_PATH = 16;

/** True if two presses are a pinch instead of a stroke: a long stroke was intended. `radius` of the brush is in CSS pixels. */
export function isPinch(first: HeldPress, second: { readonly pointerType: string }, radius: number): boolean {
  if (first.pointerType !== 'touch' || second.pointerType !== 'touch') return false;
  return !first.paints || first.age < PINCH_MS || first.travelled < Math.max(MIN_PATH, SHORT_RADII * radius);
}
