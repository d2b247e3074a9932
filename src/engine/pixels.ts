import { VpdError } from '../errors.ts';
import { type DecodedImage, decodeImage } from '../image/decode-web.ts';
import type { RgbImage } from '../image/rgb.ts';
import { createQueue } from './job.ts';
import { createLru } from './lru.ts';

/** Pixels kept of all photos together, in bytes (3 per pixel). An older photo is decoded again from its file when it is needed. */
const MAX_PIXEL_BYTES = 512 * 2 ** 20;
/** Photos on their way at the same time: one of 12 megapixels takes some 150 MB meanwhile, and a hundred may be dropped together. */
const ADDED_AT_ONCE = 2;

interface Pixels {
  /**
   * Decodes a photo and has `show` make of it what the page sees, a few photos at a time and in the order in which they came.
   * @throws VpdError cancelled: the photo was forgotten, or the signal fired, meanwhile; one that was still waiting is never decoded
   */
  add<T>(
    photo: string,
    name: string,
    file: Blob,
    show: (image: RgbImage) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** A photo's pixels, at once; waits for a photo that is still being decoded. */
  get(photo: string): Promise<RgbImage>;
  forget(photo: string): void;
}

interface Entry {
  readonly name: string;
  readonly file: Blob;
  decoding: Promise<RgbImage> | undefined;
}

/** The pixels of the worker's photos, by id. */
export function createPixels(decode: (file: Blob, name: string) => Promise<DecodedImage> = decodeImage): Pixels {
  const entries = new Map<string, Entry>();
  const images = createLru<RgbImage>(MAX_PIXEL_BYTES, () => undefined);
  const queue = createQueue(ADDED_AT_ONCE);

  async function load(photo: string, entry: Entry): Promise<RgbImage> {
    try {
      const { image } = await decode(entry.file, entry.name);
      if (entries.get(photo) === entry) images.set(photo, image, image.data.length);
      return image;
    } finally {
      entry.decoding = undefined;
    }
  }

  async function imageOf(photo: string, entry: Entry): Promise<RgbImage> {
    const image = images.get(photo);
    if (image) return image;
    entry.decoding ??= load(photo, entry);
    return entry.decoding;
  }

  function forget(photo: string): void {
    entries.delete(photo);
    images.deleteWhere((key) => key === photo);
  }

  return {
    async add(photo, name, file, show, signal) {
      const entry: Entry = { name, file, decoding: undefined };
      forget(photo);
      entries.set(photo, entry);
      const stillWanted = (): void => {
        if (entries.get(photo) !== entry) throw new VpdError('cancelled', `The photo ${name} was taken away.`);
      };
      const work = async () => {
        stillWanted();
        const image = await imageOf(photo, entry);
        stillWanted();
        return show(image);
      };
      try {
        return await queue(work, signal);
      } catch (thrown) {
        if (entries.get(photo) === entry) forget(photo);
        throw thrown;
      }
    },
    async get(photo) {
      const entry = entries.get(photo);
      if (!entry) throw new VpdError('bad-request', `There is no photo "${photo}" here; add it first.`);
      return imageOf(photo, entry);
    },
    forget,
  };
}
