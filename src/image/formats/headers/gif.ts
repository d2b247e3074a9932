import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/** Bytes of a colour table, from the packed field whose top bit says whether there is one. */
const tableBytes = (packed: number) => (packed & 0x80 ? 3 * 2 ** ((packed & 0x07) + 1) : 0);

/** Reads a GIF89a header: size of the screen, and whether there is a second frame; the first must be complete. */
export function gifHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  const skipBlocks = (at: number): number => {
    let next = at;
    for (let size = reader.u8(next); size > 0; size = reader.u8(next)) next += size + 1;
    return next + 1;
  };
  let frames = 0;
  let at = 13 + tableBytes(reader.u8(10));
  // Like browsers, accepts a missing trailer after the first frame.
  while (frames < 2 && !(frames === 1 && at >= reader.length)) {
    const block = reader.u8(at);
    if (block === TRAILER) break;
    if (block === EXTENSION) at = skipBlocks(at + 2);
    else if (block === IMAGE) {
      frames++;
      if (frames === 1) at = skipBlocks(at + 10 + tableBytes(reader.u8(at + 9)) + 1);
    } else throw new HeaderProblem(`is a broken GIF: there is no block at byte ${at}`);
  }
  if (frames === 0) throw new HeaderProblem('is a GIF without pixels: it has no frame');
  const [width, height] = [reader.u16(6, true), reader.u16(8, true)];
  return { format: 'gif', width, height, animated: frames > 1, cmyk: false };
}
