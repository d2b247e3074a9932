import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

/** Boxes that hold the image's spatial extents (ISO/IEC 23008-12: meta → iprp → ipco → ispe), and the bytes before their children. */
const CONTAINERS = new Map([
  ['meta', 4],
  ['iprp', 0],
  ['ipco', 0],
]);
/** One more than they are deep: a file that nests on would else use up the stack. */
const MAX_DEPTH = 4;

/** AVIF: the largest `ispe` (a thumbnail or an alpha plane may have its own). */
export function avifHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  let width = 0;
  let height = 0;
  const walk = (from: number, to: number, depth: number): void => {
    if (depth > MAX_DEPTH)
      throw new HeaderProblem(`is a broken AVIF: its boxes are nested more than ${MAX_DEPTH} deep`);
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
      if (skip !== undefined) walk(at + 8 + skip, at + size, depth + 1);
      else if (type === 'ispe' && reader.u32(at + 12) * reader.u32(at + 16) > width * height)
        [width, height] = [reader.u32(at + 12), reader.u32(at + 16)];
      at += size;
    }
  };
  walk(0, reader.length, 0);
  return { format: 'avif', width, height, animated: reader.text(8, 4) === 'avis', cmyk: false };
}
