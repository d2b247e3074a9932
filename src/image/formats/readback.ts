/** The part of a 2D context that is used; tests replace it. */
interface Drawn extends Pick<OffscreenCanvasRenderingContext2D, 'fillStyle' | 'fillRect'> {
  getImageData(x: number, y: number, width: number, height: number): { readonly data: ArrayLike<number> };
}

/** A colour that is drawn and read again. */
const COLOUR = [30, 225, 77, 255] as const;
/** Largest accepted change of a channel: protections that add a step or two of noise do not change what a network sees. */
const MAX_NOISE = 2;

/**
 * Returns whether a canvas gives back what is drawn on it. Browsers that resist fingerprinting (Firefox with
 * `privacy.resistFingerprinting`, thus Tor Browser and LibreWolf) give random pixels instead, and no error.
 */
export function readsBack(context: Drawn): boolean {
  context.fillStyle = `rgb(${COLOUR.slice(0, 3)})`;
  context.fillRect(0, 0, 1, 1);
  const { data } = context.getImageData(0, 0, 1, 1);
  return COLOUR.every((channel, i) => Math.abs(channel - (data[i] ?? 0)) <= MAX_NOISE);
}
