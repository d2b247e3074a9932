import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

/** Boxes that hold the image's spatial extents (ISO/IEC 23008-12: meta → iprp → ipco → ispe), and the bytes before their children. */
const CONTAINERS = new Map([
  ['meta', 4],
  ['iprp', 0],
  ['ipco', 0],
]);

/** AVIF: the largest `ispe` (a thumbnail or an alpha plane may have its own). */
export function avifHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  let width = 0;
  let height = 0;
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; ) {
      const claimed = reader.u32(at);
      const type = reader.text(at + 4, 4);
      const size = claimed === 0 ? to - at : claimed;
      if (size < 8 || at + size > to) {
        if (type === 'mdat' && claimed === 1) return; // 64-bit box: pixel data, which come last.
        throw new HeaderProblem(
          `is cut short: its AVIF box ${JSON.stringify(type)} claims ${claimed} bytes but ${to - at} are left`,
        );
      }
      const skip = CONTAINERS.get(type);
      if (skip !== undefined) walk(at + 8 + skip, at + size);
      else if (type === 'ispe' && reader.u32(at + 12) * reader.u32(at + 16) > width * height)
        [width, height] = [reader.u32(at + 12), reader.u32(at + 16)];
      at += size;
    }
  };
  walk(0, reader.length);
  return { format: 'avif', width, height, orientation: 1, animated: reader.text(8, 4) === 'avis', cmyk: false };
}
