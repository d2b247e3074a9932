/**
 * Draws a bitmap into a canvas of its size, to be uploaded as a texture in its place: WebKit (seen in WebKitGTK 2.50) refuses bitmaps that a
 * worker transferred to the page as textures, with INVALID_VALUE, but draws them.
 */
export function canvasOf(bitmap: ImageBitmap): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return canvas;
}
