/** The part of a 2D context that is used; tests replace it. */
interface Drawn extends Pick<OffscreenCanvasRenderingContext2D, 'fillStyle' | 'fillRect'> {
  getImageData(x: number, y: number, width: number, height: number): { readonly data: ArrayLike<number> };
}

/** Pixels that are drawn and read again, in one row. */
export const READBACK_PIXELS = 8;

/** Largest accepted change of a channel: protections that add a step or two of noise do not change what a network sees. */
const MAX_NOISE = 2;

/**
 * Returns whether a canvas, of at least `READBACK_PIXELS` × 1 pixels, gives back what is drawn on it. Browsers that resist fingerprinting
 * (Firefox with `privacy.resistFingerprinting`, thus Tor Browser and LibreWolf) give random pixels instead, and no error.
 */
export function readsBack(context: Drawn): boolean {
  const drawn = Array.from({ length: READBACK_PIXELS }, (_, x) => [30 * x, 255 - 30 * x, (77 * x) % 256, 255]);
  for (const [x, [red, green, blue]] of drawn.entries()) {
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    context.fillRect(x, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, READBACK_PIXELS, 1);
  return drawn.flat().every((channel, i) => Math.abs(channel - (data[i] ?? 0)) <= MAX_NOISE);
}
