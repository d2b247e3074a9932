/** Longest side of a thumbnail: twice its size in the strip, for dense screens. */
const SIDE = 144;

/** Address of a small picture of a photo. The photo itself is not used: a strip of full-size photos would be decoded again and again. */
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

/** Gives the memory of a thumbnail back; any other address has none. */
export function letThumbnailGo(url: string | undefined): void {
  if (url?.startsWith('blob:')) URL.revokeObjectURL(url);
}

/** A plain picture for drawing, upright and in sRGB; of a size that needs no shrinking. */
export const makeBitmap = (file: Blob): Promise<ImageBitmap> => createImageBitmap(file);
