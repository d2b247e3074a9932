import { VpdError } from '../errors.ts';
import { type DecodedImage, decodeImage } from '../image/formats/decode-web.ts';
import type { RgbImage } from '../image/rgb.ts';
import { createQueue } from './job.ts';
import { createLru } from './lru.ts';

/** Most bytes of pixels kept for all photos (3 bytes per pixel). An evicted photo is decoded again when it is needed. */
const MAX_PIXEL_BYTES = 512 * 2 ** 20;
/** Number of photos added at the same time: one of 12 megapixels takes about 150 MB meanwhile, and a user may drop a hundred at once. */
const ADDED_AT_ONCE = 2;

interface Pixels {
  /**
   * Decodes a photo and returns what `show` makes of it for the page. A few photos are handled at a time, in the order of the calls.
   * @throws VpdError cancelled if the photo is forgotten or the signal fires meanwhile; a photo that still waits is then never decoded
   */
  add<T>(
    photo: string,
    name: string,
    file: Blob,
    show: (decoded: DecodedImage) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>;
  /** Returns a photo's pixels without queueing, also if it is still being decoded. @throws VpdError bad-request for an unknown photo */
  get(photo: string): Promise<RgbImage>;
  forget(photo: string): void;
}

interface Entry {
  readonly name: string;
  readonly file: Blob;
  decoding: Promise<DecodedImage> | undefined;
}

/** Creates the store of the worker's photos and their pixels, by id. */
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
        if (entries.get(photo) !== entry) throw new VpdError('cancelled', `The photo ${name} was removed.`);
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
      if (!entry) throw new VpdError('bad-request', `There is no photo “${photo}” here; add it first.`);
      return (await decodedOf(photo, entry)).image;
    },
    forget,
  };
}
