import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

/** Boxes that hold the image's spatial extents (ISO/IEC 23008-12: meta → iprp → ipco → ispe), and the bytes before their children. */
const CONTAINERS = new Map([
  ['meta', 4],
  ['iprp', 0],
  ['ipco', 0],
]);
/** One more than the depth of these boxes; deeper nesting could overflow the stack. */
const MAX_DEPTH = 4;

/** Returns a box's type, size and header length in bytes. Size 0 means up to the end; 1, that 64 bits after the type hold it. */
function boxAt(reader: ByteReader, at: number, to: number) {
  const claimed = reader.u32(at);
  const type = reader.text(at + 4, 4);
  if (claimed === 1) return { type, size: reader.u32(at + 8) * 2 ** 32 + reader.u32(at + 12), header: 16 };
  return { type, size: claimed === 0 ? to - at : claimed, header: 8 };
}

/** Reads an AVIF header: the size is that of the largest `ispe` (a thumbnail or an alpha plane may have its own). */
export function avifHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  let width = 0;
  let height = 0;
  const walk = (from: number, to: number, depth: number): void => {
    if (depth > MAX_DEPTH)
      throw new HeaderProblem(`is a broken AVIF: its boxes are nested more than ${MAX_DEPTH} deep`);
    for (let at = from; at + 8 <= to; ) {
      const { type, size, header } = boxAt(reader, at, to);
      if (size < header || at + size > to)
        throw new HeaderProblem(`is cut short: its AVIF box “${type}” claims ${size} bytes but ${to - at} are left`);
      const body = at + header;
      const skip = CONTAINERS.get(type);
      if (skip !== undefined) walk(body + skip, at + size, depth + 1);
      else if (type === 'ispe' && reader.u32(body + 4) * reader.u32(body + 8) > width * height)
        [width, height] = [reader.u32(body + 4), reader.u32(body + 8)];
      at += size;
    }
  };
  walk(0, reader.length, 0);
  return { format: 'avif', width, height, animated: reader.text(8, 4) === 'avis', cmyk: false };
}
