import type { RgbImage } from '../../image/rgb.ts';
import type { ReferData } from './data.ts';

/**
 * Returns a function that opens the photo of an expression and caches the last one: expressions of one photo are usually consecutive, and
 * the latent is computed once per image object.
 */
export function createPhotoOpener(): (item: Pick<ReferData['items'][number], 'image' | 'photo'>) => Promise<RgbImage> {
  let last: { readonly name: string; readonly image: RgbImage } | undefined;
  return async ({ image: name, photo }) => {
    if (last?.name !== name) last = { name, image: await photo() };
    return last.image;
  };
}
