import { ByteReader, HeaderProblem, type ImageHeader } from './header.ts';

/** Reads a PNG header (W3C, third edition) and all chunk lengths, so that a truncated file is detected before it is decoded. */
export function pngHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  if (reader.text(12, 4) !== 'IHDR') throw new HeaderProblem('is a broken PNG: its first chunk is not IHDR');
  let animated = false;
  let pixels = false;
  for (let at = 8; ; ) {
    if (at + 12 > reader.length)
      throw new HeaderProblem(`is cut short: its PNG data end at byte ${reader.length} without the closing IEND chunk`);
    const length = reader.u32(at);
    const type = reader.text(at + 4, 4);
    if (at + 12 + length > reader.length)
      throw new HeaderProblem(
        `is cut short: its PNG chunk “${type}” claims ${length} bytes but ${reader.length - at - 12} are left`,
      );
    if (type === 'acTL') animated = reader.u32(at + 8) > 1;
    if (type === 'IDAT') pixels = true;
    if (type === 'IEND') break;
    at += 12 + length;
  }
  if (!pixels) throw new HeaderProblem('is a PNG without pixels: it has no IDAT chunk');
  return { format: 'png', width: reader.u32(16), height: reader.u32(20), animated, cmyk: false };
}
