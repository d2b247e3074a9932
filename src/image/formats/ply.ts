import { VpdError } from '../../errors.ts';

/** Bytes per point: x, y, z as float and red, green, blue as uchar. */
const VERTEX_BYTES = 15;

/**
 * Encodes a coloured point cloud as binary little-endian PLY (http://paulbourke.net/dataformats/ply/).
 * @param positions x, y, z per point in metres
 * @param colours sRGB, three bytes per point
 * @param comments lines for the header; they should name the unit, because PLY has no field for it
 * @throws VpdError bad-request
 */
export function writePly(
  positions: Float32Array,
  colours: Uint8Array,
  comments: readonly string[],
): Uint8Array<ArrayBuffer> {
  if (positions.length !== colours.length || positions.length % 3 !== 0)
    throw new VpdError(
      'bad-request',
      `A point cloud needs three coordinates and three colours per point; ${positions.length} and ${colours.length} were given.`,
    );
  const count = positions.length / 3;
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      ...comments.map((line) => `comment ${line.replaceAll(/\s+/g, ' ')}`),
      `element vertex ${count}`,
      ...['x', 'y', 'z'].map((axis) => `property float ${axis}`),
      ...['red', 'green', 'blue'].map((channel) => `property uchar ${channel}`),
      'end_header\n',
    ].join('\n'),
  );
  const bytes = new Uint8Array(header.length + count * VERTEX_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  for (let i = 0; i < count; i++) {
    const at = header.length + i * VERTEX_BYTES;
    for (let k = 0; k < 3; k++) {
      view.setFloat32(at + 4 * k, positions[3 * i + k] ?? 0, true);
      bytes[at + 12 + k] = colours[3 * i + k] ?? 0;
    }
  }
  return bytes;
}
