import { VpdError } from '../../errors.ts';
import { photoBytes } from '../../file-bytes.ts';
import { avifHeader } from './headers/avif.ts';
import { bmpHeader } from './headers/bmp.ts';
import { gifHeader } from './headers/gif.ts';
import { HeaderProblem, type ImageFormat, type ImageHeader } from './headers/header.ts';
import { jpegHeader } from './headers/jpeg.ts';
import { pngHeader } from './headers/png.ts';
import { webpHeader } from './headers/webp.ts';

export type { ImageFormat, ImageHeader } from './headers/header.ts';

/**
 * Limit of a photo. It admits the 12000×9000 px of many phones, not the 200 megapixels of a few: decoding needs 4 bytes per pixel in the
 * decoder and 3 here, 0.84 GB at this size, and two photos may be decoded at once.
 */
export const MAX_PIXELS = 120_000_000;
/** Largest canvas and texture side of common browsers and GPUs, in pixels. */
const MAX_PHOTO_SIDE = 16_384;
/** Limit of a photo's file, which is read into memory as a whole; photos of MAX_PIXELS are far smaller. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

const READERS: Record<ImageFormat, (bytes: Uint8Array) => ImageHeader> = {
  png: pngHeader,
  jpeg: jpegHeader,
  webp: webpHeader,
  gif: gifHeader,
  bmp: bmpHeader,
  avif: avifHeader,
};

/** Formats that are recognized and refused, with what to do. */
const REFUSED: Record<string, string> = {
  svg: 'is an SVG drawing, which has no pixels of its own. Export it as PNG and use that',
  heic: 'is a HEIC photo, which most browsers cannot decode. Save it as JPEG and use that',
  tiff: 'is a TIFF image, which most browsers cannot decode. Save it as PNG and use that',
  pdf: 'is a PDF document, not a photo. Export the page as PNG and use that',
  psd: 'is a Photoshop document, which browsers cannot decode. Save it as PNG and use that',
  jxl: 'is a JPEG XL image, which most browsers cannot decode. Save it as PNG and use that',
  jp2: 'is a JPEG 2000 image, which browsers cannot decode. Save it as PNG and use that',
  zip: 'is a ZIP archive, not a photo. Unpack it and use a photo inside',
  video: 'is a video, not a photo. Save a frame of it as PNG and use that',
};

/**
 * Reads the header of a photo's file, by its content and never by its name.
 * @throws VpdError bad-image: not an image, of a refused format, truncated, without pixels or too large
 */
export function sniffImage(bytes: Uint8Array, name: string): ImageHeader {
  const refuse = (problem: string) => new VpdError('bad-image', `${shownName(name)} ${problem}.`);
  if (bytes.length === 0) throw refuse('is empty (0 bytes). Pick another file');
  const kind = kindOf(bytes);
  const refused = REFUSED[kind];
  if (refused) throw refuse(refused);
  if (!isFormat(kind))
    throw refuse(
      `is not an image: it starts with ${shownStart(bytes)}, where a PNG, JPEG, WebP, GIF, BMP or AVIF file was expected`,
    );
  let header: ImageHeader;
  try {
    header = READERS[kind](bytes);
  } catch (error) {
    if (error instanceof HeaderProblem) throw refuse(`${error.message}. Copy or download it again`);
    throw error;
  }
  const { width, height } = header;
  const size = `${width}×${height} px`;
  if (!(width >= 1 && height >= 1))
    throw refuse(`claims to be ${size}, which holds no pixels. Copy or download it again`);
  if (Math.max(width, height) > MAX_PHOTO_SIDE)
    throw refuse(`is ${size}; a side may have at most ${MAX_PHOTO_SIDE} px. Make it smaller first`);
  if (width * height > MAX_PIXELS)
    throw refuse(`is ${size}; at most ${MAX_PIXELS / 1e6} megapixels are read. Make it smaller first`);
  return header;
}

/**
 * Reads a whole file of at most MAX_FILE_BYTES and its header.
 * @throws VpdError bad-image, also from `sniffImage`; no-memory
 */
export async function readImageFile(
  blob: Blob,
  name: string,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; header: ImageHeader }> {
  if (blob.size > MAX_FILE_BYTES)
    throw new VpdError(
      'bad-image',
      `${shownName(name)} has ${blob.size} bytes; photos of at most ${MAX_FILE_BYTES} bytes are read. Make it smaller first.`,
    );
  const bytes = new Uint8Array(await photoBytes(blob, shownName(name)));
  return { bytes, header: sniffImage(bytes, name) };
}

/** Sentences about conversions that the user may not expect; empty for most photos. */
export function headerNotes(header: ImageHeader): string[] {
  const notes: string[] = [];
  if (header.animated) notes.push('The image is animated; its first frame is used.');
  if (header.cmyk) notes.push('The image has print colours (CMYK); they were turned into RGB.');
  return notes;
}

/** Number of first bytes that tell the kind of a file. */
export const PHOTO_START_BYTES = 1024;

/**
 * True if a file begins like a photo of a format that is read.
 * @param start its first PHOTO_START_BYTES bytes
 */
export const isPhotoStart = (start: Uint8Array): boolean => isFormat(kindOf(start));

const isFormat = (kind: string): kind is ImageFormat => kind in READERS;

/** Signatures of formats; `at` is the position in the file. */
const SIGNATURES: readonly [kind: string, signature: string, at?: number][] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['webp', 'WEBP', 8],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['pdf', '%PDF-'],
  ['psd', '8BPS'],
  ['jxl', '\xff\x0a'],
  ['jxl', 'JXL ', 4],
  ['jp2', 'jP  ', 4],
  ['jp2', '\xff\x4f\xff\x51'],
  ['zip', 'PK\x03\x04'],
  ['video', '\x1aE\xdf\xa3'],
];

function kindOf(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, PHOTO_START_BYTES));
  const found = SIGNATURES.find(([, signature, at = 0]) => start.startsWith(signature, at));
  if (found) return found[0];
  if (start.startsWith('ftyp', 4)) return brandOf(start);
  // "BM", and a header size of one of the bitmap versions.
  if (start.startsWith('BM') && [12, 40, 52, 56, 64, 108, 124].includes(start.charCodeAt(14))) return 'bmp';
  if (/^(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)/i.test(start) && /<svg[\s>]/i.test(start)) return 'svg';
  return 'unknown';
}

/** Detects the kind of an ISO media file by its list of brands. */
function brandOf(start: string): string {
  const box = start.slice(8, start.charCodeAt(3) || 32);
  if (/avif|avis/.test(box)) return 'avif';
  return /heic|heix|heim|heis|hevc|hevx|mif1|msf1/.test(box) ? 'heic' : 'video';
}

/** Maximum number of characters of a file name in a message. */
const NAME_CHARS = 80;
const shownName = (name: string) => (name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS)}…` : name) || 'The image';

function shownStart(bytes: Uint8Array): string {
  const start = bytes.subarray(0, 12);
  return start.every((b) => b >= 32 && b < 127)
    ? `“${String.fromCharCode(...start)}”`
    : `the bytes ${Array.from(start, (b) => b.toString(16).padStart(2, '0')).join(' ')}`;
}
