import type { TensorInfo } from '../source.ts';

/** The data start at a multiple of this, so that typed views and GPU uploads of the first tensor are aligned. */
const DATA_ALIGNMENT = 64;

/** Returns everything before the data, padded with spaces as the format allows. Tensors are stored in the given order, without gaps. */
export function safetensorsHeader(
  tensors: readonly TensorInfo[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let offset = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes] }]);
    offset += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil((8 + json.length) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const out = new Uint8Array(length).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(length - 8), true);
  out.set(json, 8);
  return out;
}

/** Size of a safetensors file with these tensors, in bytes. */
export function safetensorsBytes(tensors: readonly TensorInfo[], metadata?: Readonly<Record<string, string>>): number {
  return safetensorsHeader(tensors, metadata).length + tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}
