/**
 * Contour lines, where depth crosses a multiple of their distance. The stage's shader draws them by the same rule and with these numbers.
 */

/** How far a pixel is from its line is told by the slope there, in lines per pixel, which is taken for at least this. */
export const LEAST_SLOPE = 0.002;
/** Opacity of a line where it is whole. */
export const INK = 0.85;
/** How light a colour is, from its red, green and blue (ITU-R BT.709): lines are black on light colours and white on dark ones. */
export const LIGHTNESS = [0.2126, 0.7152, 0.0722] as const;

/** From whole ink to none, in pixels from the middle of a line. */
const HALF_WIDTH = 0.5;
const SOFT_EDGE = 1;

/**
 * Draws lines into a picture of a depth map, as wide in its pixels as the stage draws them in the screen's.
 * @param rgb The picture [height, width, 3], which is changed.
 * @param metres Depth [height, width].
 * @param interval Metres between lines.
 */
export function drawContours(
  rgb: Uint8Array,
  { metres, width, height }: { readonly metres: Float32Array; readonly width: number; readonly height: number },
  interval: number,
): void {
  const linesAt = (x: number, y: number) => (metres[y * width + x] ?? 0) / interval;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const lines = linesAt(x, y);
      // Towards the next pixel; at the edges, where there is none, the one before.
      const across = lines - linesAt(x + 1 < width ? x + 1 : Math.max(0, x - 1), y);
      const down = lines - linesAt(x, y + 1 < height ? y + 1 : Math.max(0, y - 1));
      const slope = Math.max(LEAST_SLOPE, Math.abs(across) + Math.abs(down));
      const ink = INK * (1 - smoothstep((Math.abs(lines - Math.round(lines)) / slope - HALF_WIDTH) / SOFT_EDGE));
      if (ink > 0) mixLine(rgb, 3 * (y * width + x), ink);
    }
}

/** As in GLSL, from 0 to 1. */
function smoothstep(value: number): number {
  const along = Math.min(1, Math.max(0, value));
  return along * along * (3 - 2 * along);
}

function mixLine(rgb: Uint8Array, at: number, ink: number): void {
  const lightness = LIGHTNESS.reduce((sum, weight, c) => sum + (weight * (rgb[at + c] ?? 0)) / 255, 0);
  const line = lightness > 0.5 ? 0 : 255;
  for (let c = 0; c < 3; c++) rgb[at + c] = Math.round((rgb[at + c] ?? 0) * (1 - ink) + line * ink);
}
