import { VpdError } from '../errors.ts';
import { type DecodedImage, decodeImage } from '../image/decode-web.ts';
import type { RgbImage } from '../image/rgb.ts';
import { createLru } from './lru.ts';

/** Pixels kept of all photos together, in bytes (3 per pixel). An older photo is decoded again from its file when it is needed. */
const MAX_PIXEL_BYTES = 512 * 2 ** 20;

export interface Photos {
  add(photo: string, name: string, file: Blob): Promise<RgbImage>;
  get(photo: string): Promise<RgbImage>;
  forget(photo: string): void;
}

/** The worker's photos by id. `get` waits for a photo that is still being decoded. */
export function createPhotos(decode: (file: Blob, name: string) => Promise<DecodedImage> = decodeImage): Photos {
  const files = new Map<string, { readonly name: string; readonly file: Blob }>();
  const decoding = new Map<string, Promise<RgbImage>>();
  const images = createLru<RgbImage>(MAX_PIXEL_BYTES, () => undefined);

  function load(photo: string, name: string, file: Blob): Promise<RgbImage> {
    const loading = decode(file, name)
      .then(({ image }) => {
        if (files.has(photo)) images.set(photo, image, image.data.length);
        return image;
      })
      .finally(() => decoding.delete(photo));
    decoding.set(photo, loading);
    return loading;
  }

  return {
    async add(photo, name, file) {
      files.set(photo, { name, file });
      try {
        return await load(photo, name, file);
      } catch (thrown) {
        files.delete(photo);
        throw thrown;
      }
    },
    async get(photo) {
      const image = images.get(photo);
      if (image) return image;
      const entry = files.get(photo);
      if (!entry) throw new VpdError('bad-request', `There is no photo "${photo}" here; add it first.`);
      return decoding.get(photo) ?? load(photo, entry.name, entry.file);
    },
    forget(photo) {
      files.delete(photo);
      images.deleteWhere((key) => key === photo);
    },
  };
}
