/**
 * Contour lines, where depth is a multiple of their distance. The stage's shader draws them by the same rule and with the same constants.
 */

/** Least slope in lines per pixel: a pixel's distance from its line is computed by dividing by the slope. */
export const LEAST_SLOPE = 0.002;
/** Opacity of a line at its middle. */
export const INK = 0.85;
/** Weights of red, green and blue in a colour's lightness (ITU-R BT.709): lines are black on light colours and white on dark ones. */
export const LIGHTNESS = [0.2126, 0.7152, 0.0722] as const;

/** Pixels from the middle of a line to where it begins to fade, and from there to where it ends. */
const HALF_WIDTH = 0.5;
const SOFT_EDGE = 1;

/**
 * Draws contour lines into a picture of a depth map, as wide in its pixels as on the stage in screen pixels.
 * @param rgb The picture [height, width, 3], changed in place.
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
      // Difference to the next pixel, or to the previous one at the edges.
      const across = lines - linesAt(x + 1 < width ? x + 1 : Math.max(0, x - 1), y);
      const down = lines - linesAt(x, y + 1 < height ? y + 1 : Math.max(0, y - 1));
      const slope = Math.max(LEAST_SLOPE, Math.abs(across) + Math.abs(down));
      const ink = INK * (1 - smoothstep((Math.abs(lines - Math.round(lines)) / slope - HALF_WIDTH) / SOFT_EDGE));
      if (ink > 0) mixLine(rgb, 3 * (y * width + x), ink);
    }
}

/** GLSL's smoothstep(0, 1, value). */
function smoothstep(value: number): number {
  const along = Math.min(1, Math.max(0, value));
  return along * along * (3 - 2 * along);
}

function mixLine(rgb: Uint8Array, at: number, ink: number): void {
  const lightness = LIGHTNESS.reduce((sum, weight, c) => sum + (weight * (rgb[at + c] ?? 0)) / 255, 0);
  const line = lightness > 0.5 ? 0 : 255;
  for (let c = 0; c < 3; c++) rgb[at + c] = Math.round((rgb[at + c] ?? 0) * (1 - ink) + line * ink);
}
