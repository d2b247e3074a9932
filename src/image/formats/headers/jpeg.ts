import { readExif } from './exif.ts';
import { ByteReader, type Exif, HeaderProblem, type ImageHeader } from './header.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
const APP1 = 0xe1;
const EXIF = 'Exif\0\0';
/** Markers 0xC0…0xCF are frame headers, except DHT, JPG and DAC. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers without a length: TEM and restart markers. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Reads a JPEG header (ITU-T T.81 annex B): frame size, colour components, EXIF. */
export function jpegHeader(bytes: Uint8Array): ImageHeader {
  const reader = new ByteReader(bytes);
  let frame: { width: number; height: number; components: number } | undefined;
  let exif: Exif | undefined;
  for (let at = 2; ; ) {
    if (reader.u8(at) !== 0xff) throw new HeaderProblem(`is a broken JPEG: there is no marker at byte ${at}`);
    const marker = reader.u8(at + 1);
    if (marker === 0xff) {
      at += 1; // Fill bytes.
      continue;
    }
    if (isBare(marker)) {
      at += 2;
      continue;
    }
    if (marker === END_OF_IMAGE) throw new HeaderProblem('is a JPEG without pixels: it ends before any scan');
    const length = reader.u16(at + 2);
    if (marker === START_OF_SCAN) {
      if (!frame) throw new HeaderProblem('is a broken JPEG: its scan comes before the frame header');
      if (!reader.hasMarkerAfter(at + 2 + length, END_OF_IMAGE))
        throw new HeaderProblem(`is cut short: its JPEG data end at byte ${reader.length} without the closing marker`);
      return {
        format: 'jpeg',
        width: frame.width,
        height: frame.height,
        ...(exif ? { exif } : {}),
        animated: false,
        cmyk: frame.components === 4,
      };
    }
    if (isFrame(marker))
      frame = { height: reader.u16(at + 5), width: reader.u16(at + 7), components: reader.u8(at + 9) };
    if (marker === APP1 && length > 16 && reader.text(at + 4, EXIF.length) === EXIF)
      exif = readExif(reader.slice(at + 10, length - 8));
    at += 2 + length;
  }
}
