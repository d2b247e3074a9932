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
const YOUNG_MS = 300;
/** …or later, if the path of the first finger is still shorter than this many radii of the brush, or than TREMBLE CSS pixels. */
const SHORT_RADII = 2;
const TREMBLE = 16;

/** True if two presses are a pinch instead of a stroke: a long stroke was intended. `radius` of the brush is in CSS pixels. */
export function isPinch(first: HeldPress, second: { readonly pointerType: string }, radius: number): boolean {
  if (first.pointerType !== 'touch' || second.pointerType !== 'touch') return false;
  return !first.paints || first.age < YOUNG_MS || first.travelled < Math.max(TREMBLE, SHORT_RADII * radius);
}
