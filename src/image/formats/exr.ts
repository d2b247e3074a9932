import { VpdError } from '../../errors.ts';

/** https://openexr.com/en/latest/OpenEXRFileLayout.html: magic number, version 2, one part of scan lines. */
const MAGIC = [0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0];
const FLOAT = 2;

/**
 * Encodes one plane of 32-bit floats [height, width] as OpenEXR with uncompressed scan lines. The channel is named Y, as readers of
 * single-channel files expect (OpenCV, Blender, three).
 * @param comment description of the values, stored as the attribute `comments`
 * @throws VpdError bad-request
 */
export function writeExr(plane: Float32Array, width: number, height: number, comment: string): Uint8Array<ArrayBuffer> {
  if (!(width >= 1 && height >= 1) || plane.length !== width * height)
    throw new VpdError('bad-request', `${plane.length} values do not make an EXR of ${width}×${height} px.`);
  const header = [...MAGIC, ...attributes(width, height, comment).flat(), 0];
  const lineBytes = 8 + 4 * width;
  const first = header.length + 8 * height;
  const bytes = new Uint8Array(first + lineBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  for (let y = 0; y < height; y++) {
    const start = first + y * lineBytes;
    view.setBigUint64(header.length + 8 * y, BigInt(start), true);
    view.setInt32(start, y, true);
    view.setInt32(start + 4, 4 * width, true);
    for (let x = 0; x < width; x++) view.setFloat32(start + 8 + 4 * x, plane[y * width + x] ?? 0, true);
  }
  return bytes;
}

/** Attributes of the header; all except the last are required by the format. */
function attributes(width: number, height: number, comment: string): readonly number[][] {
  const window = ints(0, 0, width - 1, height - 1);
  return [
    // Name, type, linear flag with three reserved bytes, sampling in x and y; an empty name ends the list.
    attribute('channels', 'chlist', [...text('Y'), ...ints(FLOAT, 0, 1, 1), 0]),
    attribute('compression', 'compression', [0]),
    attribute('dataWindow', 'box2i', window),
    attribute('displayWindow', 'box2i', window),
    attribute('lineOrder', 'lineOrder', [0]),
    attribute('pixelAspectRatio', 'float', floats(1)),
    attribute('screenWindowCenter', 'v2f', floats(0, 0)),
    attribute('screenWindowWidth', 'float', floats(1)),
    attribute('comments', 'string', text(comment).slice(0, -1)),
  ];
}

const attribute = (name: string, type: string, value: readonly number[]): number[] => [
  ...text(name),
  ...text(type),
  ...ints(value.length),
  ...value,
];
const text = (value: string): number[] => [...new TextEncoder().encode(value), 0];
const ints = (...values: number[]): number[] => [...new Uint8Array(Int32Array.from(values).buffer)];
const floats = (...values: number[]): number[] => [...new Uint8Array(Float32Array.from(values).buffer)];
