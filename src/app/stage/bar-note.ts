import type { Size } from './geometry.ts';

/**
 * Returns a sentence if the stage shows less than the photo has: its bitmap is smaller than the photo, and drawn larger than it is.
 * @param drawn width of the whole photo on the stage in device pixels
 */
export function resolutionNote(photo: Size, bitmap: Size, drawn: number): string | undefined {
  if (bitmap.width >= photo.width || drawn <= bitmap.width) return undefined;
  return `Shown at ${bitmap.width} × ${bitmap.height}; the photo has ${photo.width} × ${photo.height} pixels`;
}
