/** A decoded photo: 8-bit sRGB, 3 bytes per pixel (R, G, B), row-major, orientation applied, alpha composited over white. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** width · height · 3 bytes. */
  readonly data: Uint8Array;
}

/** Composites RGBA (straight alpha) over white to RGB, rounded to nearest: c·a + 255·(1 − a). */
export function overWhite(rgba: Uint8Array | Uint8ClampedArray, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const alpha = rgba[i * 4 + 3] ?? 255;
    const white = 255 * (255 - alpha);
    for (let c = 0; c < 3; c++) rgb[i * 3 + c] = Math.round(((rgba[i * 4 + c] ?? 0) * alpha + white) / 255);
  }
  return rgb;
}
