import { VpdError } from '../../errors.ts';
import { BLOCK_SIZE } from '../../vpd/graph.ts';
import { elementCount } from '../dtype.ts';
import { halvesToFloats } from '../half.ts';
import { storedForm, type WeightScheme } from '../quantize/stored-form.ts';
import type { StoredParameter } from '../quantize/stored-parameters.ts';

/** Inverts encodeParameter up to rounding, as the graphs do on the device; returns float32 in the parameter's shape. */
export function decodeParameter(
  parameter: StoredParameter,
  stored: readonly Uint8Array[],
  scheme: WeightScheme,
): Float32Array {
  const form = storedForm(parameter, scheme);
  const [first, second] = stored.map((bytes) => bytes.slice().buffer);
  if (!first) throw new VpdError('internal', `No stored bytes of ${parameter.name}.`);
  const scales = second ?? new ArrayBuffer(0);
  const halves = (): Float32Array => halvesToFloats(new Uint16Array(scales));
  switch (form.kind) {
    case 'f32':
      return new Float32Array(first);
    case 'f16':
      return halvesToFloats(new Uint16Array(first));
    case 'channels':
      return dequantizeChannels(new Int8Array(first), new Float32Array(scales));
    case 'blocks':
      return dequantizeBlocks(new Uint8Array(first), form.bits === 4 ? halves() : new Float32Array(scales), form.bits);
    case 'nibbles':
      return dequantizeNibbles(new Uint8Array(first), halves(), elementCount(parameter.shape.slice(1)) ?? 0);
  }
}

function dequantizeChannels(q: Int8Array, scale: Float32Array): Float32Array {
  const length = q.length / scale.length;
  return Float32Array.from(q, (code, i) => code * (scale[Math.floor(i / length)] ?? 0));
}

export function dequantizeBlocks(q: Uint8Array, scale: Float32Array, bits: 4 | 8): Float32Array {
  return Float32Array.from({ length: scale.length * BLOCK_SIZE }, (_, i) => {
    const code = bits === 8 ? (q[i] ?? 0) : ((q[i >> 1] ?? 0) >> (4 * (i & 1))) & 15;
    return (code - (bits === 8 ? 128 : 8)) * (scale[Math.floor(i / BLOCK_SIZE)] ?? 0);
  });
}

/** Returns rows of `k` values, without the padding of their last blocks. */
export function dequantizeNibbles(q: Uint8Array, scale: Float32Array, k: number): Float32Array {
  // Signed 4-bit numbers: 8 away from the codes of blocks.
  const codes = q.map((byte) => byte ^ 0x88);
  const row = Math.ceil(k / BLOCK_SIZE) * BLOCK_SIZE;
  return dequantizeBlocks(codes, scale, 4).filter((_, i) => i % row < k);
}
