import { ByteReader, type ImageHeader } from './header.ts';

/** Reads a Windows bitmap header: BITMAPCOREHEADER (12 bytes) or any later one; a negative height means top-down rows. */
export function bmpHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  const core = reader.u32(14, true) === 12;
  const width = core ? reader.u16(18, true) : reader.i32le(18);
  const height = core ? reader.u16(20, true) : Math.abs(reader.i32le(22));
  return { format: 'bmp', width, height, animated: false, cmyk: false };
}
