/** Short side of a thumbnail in pixels: twice its size in the strip, for dense screens. */
const SIDE = 144;

/** Returns the object URL of a small picture of a photo. Full-size photos in the strip would be decoded again and again. */
export async function makeThumbnail(bitmap: ImageBitmap): Promise<string> {
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  if (context) context.imageSmoothingQuality = 'high';
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  return blob ? URL.createObjectURL(blob) : '';
}

/** Frees the memory of a thumbnail; ignores addresses that are no object URL. */
export function freeThumbnail(url: string | undefined): void {
  if (url?.startsWith('blob:')) URL.revokeObjectURL(url);
}

/** Decodes a plain picture for drawing: upright, in sRGB, and small enough not to be shrunk. */
export const makeBitmap = (file: Blob): Promise<ImageBitmap> => createImageBitmap(file);
