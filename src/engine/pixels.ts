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
    show: (decoded: DecodedImage) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** A photo's pixels, at once; waits for a photo that is still being decoded. */
  get(photo: string): Promise<RgbImage>;
  forget(photo: string): void;
}

interface Entry {
  readonly name: string;
  readonly file: Blob;
  decoding: Promise<DecodedImage> | undefined;
}

/** The pixels of the worker's photos, by id. */
export function createPixels(decode: (file: Blob, name: string) => Promise<DecodedImage> = decodeImage): Pixels {
  const entries = new Map<string, Entry>();
  const images = createLru<DecodedImage>(MAX_PIXEL_BYTES, () => undefined);
  const queue = createQueue(ADDED_AT_ONCE);

  async function load(photo: string, entry: Entry): Promise<DecodedImage> {
    try {
      const decoded = await decode(entry.file, entry.name);
      if (entries.get(photo) === entry) images.set(photo, decoded, decoded.image.data.length);
      return decoded;
    } finally {
      entry.decoding = undefined;
    }
  }

  async function decodedOf(photo: string, entry: Entry): Promise<DecodedImage> {
    const known = images.get(photo);
    if (known) return known;
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
        const decoded = await decodedOf(photo, entry);
        stillWanted();
        return show(decoded);
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
      return (await decodedOf(photo, entry)).image;
    },
    forget,
  };
}
