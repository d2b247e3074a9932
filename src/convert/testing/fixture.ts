import * as v from 'valibot';
import { VpdError } from '../../errors.ts';
import { safetensorsHeader } from '../../weights/safetensors/safetensors-writer.ts';
import type { FileWriter } from '../../weights/sink.ts';
import type { TensorInfo, TensorSource } from '../../weights/source.ts';
import { makeSource, tensorBytes } from '../../weights/source.ts';

/**
 * Reproducible checkpoints: a manifest lists every tensor and how to fill it with pseudo-random numbers. The golden files of `fixtures/`
 * are outputs of the official implementation for the same numbers.
 */
const entrySchema = v.object({
  name: v.string(),
  shape: v.array(v.number()),
  center: v.optional(v.number(), 0),
  spread: v.optional(v.number(), 0),
  scale: v.optional(v.number()),
  shift: v.optional(v.array(v.number())),
  dtype: v.optional(v.picklist(['int64', 'int32', 'float32'])),
  constant: v.optional(v.nullable(v.number())),
});
const manifestSchema = v.object({ seed: v.number(), tensors: v.array(entrySchema) });
type Entry = v.InferOutput<typeof entrySchema>;
type Manifest = v.InferOutput<typeof manifestSchema>;

export function parseManifest(json: string): Manifest {
  return v.parse(manifestSchema, JSON.parse(json));
}

/** IEEE CRC-32 of the UTF-8 bytes of a text. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Values of a floating-point tensor: each is a hash of its index, uniform in center ± spread, then scaled and shifted in float32. */
function fill(entry: Entry, seed: number, count: number): Float32Array {
  const out = new Float32Array(count);
  const start = crc32(entry.name) ^ Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < count; i++) {
    let x = (Math.imul(i, 0x9e3779b9) + start) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    out[i] = entry.center + entry.spread * ((x >>> 8) / 8_388_608 - 1);
  }
  if (entry.scale !== undefined) {
    const scale = Math.fround(entry.scale);
    for (let i = 0; i < count; i++) out[i] = (out[i] ?? 0) * scale;
  }
  const { shift } = entry;
  if (shift) {
    const inner = count / shift.length;
    for (let i = 0; i < count; i++) out[i] = (out[i] ?? 0) + Math.fround(shift[Math.floor(i / inner)] ?? 0);
  }
  return out;
}

/** The checkpoint of a manifest; tensors are computed when they are read. `prefix` is prepended to every name. */
export function fixtureSource(name: string, manifest: Manifest, prefix = ''): TensorSource {
  const entries = new Map<string, Entry>();
  const tensors = new Map<string, TensorInfo>();
  for (const entry of manifest.tensors) {
    const full = prefix + entry.name;
    const dtype = entry.dtype === 'int64' ? 'I64' : entry.dtype === 'int32' ? 'I32' : 'F32';
    tensors.set(full, { name: full, dtype, shape: entry.shape, bytes: tensorBytes(name, full, dtype, entry.shape) });
    entries.set(full, entry);
  }
  return makeSource({
    name,
    format: 'manifest',
    bytes: [...tensors.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    tensors,
    readInfo: async (info) => {
      const entry = entries.get(info.name);
      if (!entry) throw new VpdError('internal', `No manifest entry of ${info.name}.`);
      const count = info.shape.reduce((product, side) => product * side, 1);
      if (info.dtype === 'I64')
        return new Uint8Array(new BigInt64Array(count).fill(BigInt(entry.constant ?? 0)).buffer);
      if (info.dtype === 'I32') return new Uint8Array(new Int32Array(count).fill(entry.constant ?? 0).buffer);
      return new Uint8Array(fill(entry, manifest.seed, count).buffer);
    },
  });
}

/** Writes a source as a safetensors file, one tensor at a time. */
export async function writeSource(
  writer: FileWriter,
  source: TensorSource,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  const tensors = [...source.tensors.values()];
  await writer.write(safetensorsHeader(tensors, metadata));
  for (const { name } of tensors) await writer.write(await source.read(name));
}
