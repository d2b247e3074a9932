import { decode, encode } from 'fast-png';
import { VpdError } from '../../errors.ts';
import { classColour } from '../palette.ts';
import { ByteReader } from './headers/header.ts';
import { sniffImage } from './sniff.ts';

/** Channels of an 8-bit PNG by its colour type. */
const CHANNELS = { gray: 1, rgb: 3, rgba: 4 } as const;

/**
 * Encodes an 8-bit PNG: gray [H,W], RGB [H,W,3] or RGBA [H,W,4], row-major.
 * @param text entries of tEXt chunks; characters outside Latin-1, which they cannot have, are replaced by similar ones or "?"
 * @throws VpdError bad-request if the length does not match the size
 */
export function encodePng8(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  colour: keyof typeof CHANNELS,
  text?: Readonly<Record<string, string>>,
): Uint8Array {
  const channels = CHANNELS[colour];
  checkLength(data.length, width, height, channels);
  return encode({ width, height, data, depth: 8, channels, ...(text ? { text: latin1(text) } : {}) });
}

/**
 * Encodes class indices [H,W] as an 8-bit PNG with a palette, so that one file is both: its samples are the indices, and viewers show each
 * class in its colour.
 * @param text as for `encodePng8`
 * @throws VpdError bad-request if the length does not match the size
 */
export function encodeLabelsPng(
  labels: Uint8Array,
  width: number,
  height: number,
  text?: Readonly<Record<string, string>>,
): Uint8Array {
  checkLength(labels.length, width, height, 1);
  const last = labels.reduce((most, label) => Math.max(most, label), 0);
  const palette = Array.from({ length: last + 1 }, (_, label) => [...classColour(label)]);
  const indexed = { width, height, data: labels, depth: 8, channels: 1, palette } as const;
  return encode({ ...indexed, ...(text ? { text: latin1(text) } : {}) });
}

/** Latin-1 forms of punctuation that people and this page use. */
const SIMILAR: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
};

const latin1 = (text: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(text).map(([key, value]) => [
      key,
      value.normalize('NFC').replace(/[^\n\x20-\x7e\xa0-\xff]/gu, (character) => SIMILAR[character] ?? '?'),
    ]),
  );

/** Encodes a mask [H,W] (1 inside, 0 outside) as an 8-bit gray PNG: 255 inside. */
export const encodeMaskPng = (mask: Uint8Array, width: number, height: number): Uint8Array =>
  encodePng8(
    mask.map((inside) => 255 * inside),
    width,
    height,
    'gray',
  );

/** Largest value of a 16-bit sample in millimetres: 65.535 m. */
const MAX_MM = 65_535;

/** Encodes depth in metres [H,W] as a 16-bit gray PNG in millimetres, rounded; 0 where unknown (NaN or negative). */
export function encodeDepthPng(metres: Float32Array, width: number, height: number): Uint8Array {
  checkLength(metres.length, width, height, 1);
  const mm = new Uint16Array(metres.length);
  // Not `Uint16Array.from`, as in `threshold`. NaN stays 0.
  for (let i = 0; i < mm.length; i++) {
    const m = metres[i] ?? 0;
    if (m > 0) mm[i] = Math.min(Math.round(m * 1000), MAX_MM);
  }
  const text = { Description: 'Depth in millimetres, 0 = unknown', Software: 'VPD workbench' };
  return encode({ width, height, data: mm, depth: 16, channels: 1, text });
}

export interface PngSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: number;
  /** Stored samples, one per entry, e.g. class indices or 16-bit millimetres; of palette images, the indices. */
  readonly data: Uint8Array | Uint16Array;
}

/**
 * Decodes the raw samples of a PNG without colour management, for depth, label and mask files.
 * @throws VpdError bad-image from sniff.ts; bad-file: another format, or damaged pixels; unsupported: interlaced with less than 8 bits
 */
export async function decodePngSamples(bytes: Uint8Array, name: string): Promise<PngSamples> {
  const { format } = sniffImage(bytes, name);
  if (format !== 'png') throw new VpdError('bad-file', `${name} is a ${format} image where a PNG file was expected.`);
  const header = headerOf(bytes);
  if (header.interlaced && header.depth < 8)
    throw new VpdError(
      'unsupported',
      `${name} is an interlaced PNG with ${header.depth}-bit samples; interlaced, only those of 8 and 16 bits are read. Save it without interlacing.`,
    );
  try {
    const { width, height, channels, depth, data } = decode(await checkedPixels(bytes, header));
    const samples = depth < 8 ? unpack(Uint8Array.from(data), width * channels, height, depth) : data;
    if (samples.length < width * height * channels) throw new Error(`${samples.length} samples`);
    return {
      width,
      height,
      channels,
      depth,
      data: samples instanceof Uint8ClampedArray ? Uint8Array.from(samples) : samples,
    };
  } catch (cause) {
    throw new VpdError(
      'bad-file',
      `${name} is a PNG whose pixels cannot be read: it is damaged. Copy or write it again.`,
      { cause },
    );
  }
}

/** Samples per pixel by the colour type of the header; a palette image has one, the index. */
const SAMPLES = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly channels: number;
  readonly interlaced: boolean;
}

/** Reads IHDR; sniff.ts has checked that it is the first chunk. */
function headerOf(bytes: Uint8Array): Header {
  const reader = new ByteReader(bytes);
  const channels = SAMPLES.get(reader.u8(25)) ?? 0;
  const interlaced = reader.u8(28) === 1;
  return { width: reader.u32(16), height: reader.u32(20), depth: reader.u8(24), channels, interlaced };
}

const SIGNATURE_BYTES = 8;
/** Bytes of a chunk's length, type and checksum. */
const FRAME_BYTES = 12;

/**
 * Returns the PNG with only the chunks that the samples need.
 * @throws Error if its pixels inflate to more bytes than its header says
 */
async function checkedPixels(
  bytes: Uint8Array,
  { width, height, depth, channels, interlaced }: Header,
): Promise<Uint8Array> {
  const reader = new ByteReader(bytes);
  const kept = [bytes.slice(0, SIGNATURE_BYTES)];
  const pixels: Uint8Array<ArrayBuffer>[] = [];
  for (let at = SIGNATURE_BYTES, type = ''; type !== 'IEND'; ) {
    const size = reader.u32(at) + FRAME_BYTES;
    type = reader.text(at + 4, 4);
    // Drops a second IHDR, which was not checked, and colour profiles, which the decoder would inflate.
    if (at === SIGNATURE_BYTES || type === 'IDAT' || type === 'IEND') kept.push(bytes.slice(at, at + size));
    if (type === 'IDAT') pixels.push(bytes.slice(at + 8, at + size - 4));
    at += size;
  }
  // Every row begins with a filter byte; the 7 passes of interlacing have fewer than 2 · height + 7 rows together.
  const rows = interlaced ? 2 * height + 7 : height;
  await checkInflated(pixels, height * Math.ceil((width * channels * depth) / 8) + rows);
  return new Uint8Array(await new Blob(kept).arrayBuffer());
}

/** Throws as soon as deflated bytes inflate to more than `most`; keeps none of them in memory. */
async function checkInflated(parts: Uint8Array<ArrayBuffer>[], most: number): Promise<void> {
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length <= most) continue;
    await reader.cancel();
    throw new Error(`more than ${most} bytes`);
  }
}

/** Unpacks samples of 1, 2 or 4 bits, stored from the high bits of each byte on; each row starts at a byte. */
function unpack(packed: Uint8Array, perRow: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((perRow * depth) / 8);
  const out = new Uint8Array(perRow * height);
  const mask = 2 ** depth - 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < perRow; x++) {
      const bit = x * depth;
      out[y * perRow + x] = ((packed[y * rowBytes + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & mask;
    }
  return out;
}

function checkLength(length: number, width: number, height: number, channels: number): void {
  if (!(width >= 1 && height >= 1) || length !== width * height * channels)
    throw new VpdError(
      'bad-request',
      `${length} samples do not make a PNG of ${width}×${height} px with ${channels} per pixel; ${width * height * channels} are needed.`,
    );
}
