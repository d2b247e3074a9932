/** A press that a brush holds, as it is when another pointer comes down. */
export interface HeldPress {
  readonly pointerType: string;
  readonly paints: boolean;
  /** Milliseconds since it began. */
  readonly age: number;
  /** CSS pixels along its way. */
  readonly travelled: number;
}

/** Two fingers of a pinch come down within this many milliseconds… */
const YOUNG_MS = 300;
/** …or the first waits for the second without painting further than this many radii of the brush, or trembling further than these CSS pixels. */
const SHORT_RADII = 2;
const TREMBLE = 16;

/** Whether a second press makes the first one a pinch of the stage's; what a finger has painted at length was meant. */
export function isPinch(first: HeldPress, second: { readonly pointerType: string }, radius: number): boolean {
  if (first.pointerType !== 'touch' || second.pointerType !== 'touch') return false;
  return !first.paints || first.age < YOUNG_MS || first.travelled < Math.max(TREMBLE, SHORT_RADII * radius);
}
