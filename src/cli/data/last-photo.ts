import type { RgbImage } from '../../image/rgb.ts';
import type { ReferData } from './data.ts';

/**
 * Opens the photos of expressions, keeping the last one: expressions of one photo follow each other in such files, and for the same image
 * its latent is computed once.
 */
export function createPhotoOpener(): (item: Pick<ReferData['items'][number], 'image' | 'photo'>) => Promise<RgbImage> {
  let last: { readonly name: string; readonly image: RgbImage } | undefined;
  return async ({ image: name, photo }) => {
    if (last?.name !== name) last = { name, image: await photo() };
    return last.image;
  };
}
