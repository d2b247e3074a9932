/** Returns opaque pixels for a canvas or a bitmap. @param value value in 0–255 of a pixel's channel: 0 red, 1 green, 2 blue */
export function imageDataOf(
  width: number,
  height: number,
  value: (pixel: number, channel: number) => number,
): ImageData {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = value(i, c);
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}
