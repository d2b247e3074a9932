import { ByteReader, HeaderProblem } from './header.ts';

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** Orientation 1…8 of an EXIF block (a TIFF header and its first directory, EXIF 2.32 §4.6.4); 1 where it is absent or damaged. */
export function exifOrientation(tiff: Uint8Array): number {
  try {
    const reader = new ByteReader(tiff);
    const order = reader.text(0, 2);
    if (order !== 'II' && order !== 'MM') return 1;
    const little = order === 'II';
    const directory = reader.u32(4, little);
    const entries = reader.u16(directory, little);
    for (let i = 0; i < entries; i++) {
      const at = directory + 2 + i * 12;
      if (reader.u16(at, little) !== ORIENTATION_TAG) continue;
      const value = reader.u16(at + 2, little) === SHORT ? reader.u16(at + 8, little) : 1;
      return value >= 1 && value <= 8 ? value : 1;
    }
    return 1;
  } catch (error) {
    if (error instanceof HeaderProblem) return 1;
    throw error;
  }
}
