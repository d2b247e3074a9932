import { decode, encode } from 'fast-png';
import { VpdError } from '../errors.ts';
import { sniffImage } from './sniff.ts';

/** Channels of an 8-bit PNG by its colour type. */
const CHANNELS = { gray: 1, rgb: 3, rgba: 4 } as const;

/** 8-bit PNG: gray [H,W], RGB [H,W,3] or RGBA [H,W,4], row-major. */
export function encodePng8(
  data: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
  colour: keyof typeof CHANNELS,
  text?: Readonly<Record<string, string>>,
): Uint8Array {
  const channels = CHANNELS[colour];
  checkLength(data.length, width, height, channels);
  return encode({ width, height, data, depth: 8, channels, ...(text ? { text: { ...text } } : {}) });
}

/** Largest value of a 16-bit sample: 65.535 m. */
const MAX_MM = 65_535;

/** Depth in metres [H,W] as 16-bit gray PNG in millimetres, rounded; 0 where unknown (not finite or negative). */
export function encodeDepthPng(metres: Float32Array, width: number, height: number): Uint8Array {
  checkLength(metres.length, width, height, 1);
  const mm = Uint16Array.from(metres, (m) => (m > 0 ? Math.min(Math.round(m * 1000), MAX_MM) : 0));
  const text = { Description: 'Depth in millimetres, 0 = unknown', Software: 'VPD workbench' };
  return encode({ width, height, data: mm, depth: 16, channels: 1, text });
}

export interface PngSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: number;
  /** Samples as stored, one per entry, e.g. class indices or 16-bit millimetres; palette indices are not looked up. */
  readonly data: Uint8Array | Uint16Array;
}

/**
 * The raw samples of a PNG, without colour management: for depth, label and mask files.
 * @throws VpdError bad-image from sniff.ts; bad-file: another format, or damaged pixels.
 */
export function decodePngSamples(bytes: Uint8Array, name: string): PngSamples {
  const { format } = sniffImage(bytes, name);
  if (format !== 'png') throw new VpdError('bad-file', `${name} is a ${format} image where a PNG file was expected.`);
  try {
    const { width, height, channels, depth, data } = decode(bytes);
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

/** Samples of 1, 2 or 4 bits, packed from the high bits of each byte, rows starting on a byte. */
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
