import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

const ANIMATION_FLAG = 0x02;

/** Reads a WebP header (RFC 9649): simple lossy, simple lossless or extended. */
export function webpHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  const end = 8 + reader.u32(4, true);
  if (end > reader.length)
    throw new HeaderProblem(`is cut short: its WebP header claims ${end} bytes but it has ${reader.length}`);
  const still = (width: number, height: number): ImageHeader => ({
    format: 'webp',
    width,
    height,
    animated: false,
    cmyk: false,
  });
  switch (reader.text(12, 4)) {
    case 'VP8 ':
      // RFC 6386 §9.1: frame tag, start code, then 14 bits each of width and height.
      return still(reader.u16(26, true) & 0x3fff, reader.u16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = reader.u32(21, true);
      return still((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return {
        ...still(reader.u24le(24) + 1, reader.u24le(27) + 1),
        animated: (reader.u8(20) & ANIMATION_FLAG) !== 0,
      };
    default:
      throw new HeaderProblem('is a broken WebP: its first chunk is none of VP8, VP8L and VP8X');
  }
}
