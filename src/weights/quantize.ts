import { VpdError } from '../errors.ts';
import type { Parameter } from '../vpd/parameters.ts';
import { floatsToHalves, MAX_HALF } from './half.ts';
import { quantizeBlocks4, quantizeBlocks8, quantizeNibbles } from './quantize-blocks.ts';
import { quantizeChannels } from './quantize-channels.ts';
import type { StoredForm, WeightScheme } from './stored-form.ts';
import { storedForm } from './stored-form.ts';

const bytesOf = (array: Float32Array | Uint16Array | Int8Array | Uint8Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/**
 * Raise it whenever the same weights would be encoded into other bytes: a conversion that an older version began is then begun anew, for
 * its files must not be of two minds.
 */
export const ENCODING_VERSION = 1;

/** What a stored form holds at most: of 4 bits, the last of 8 steps, whose size is a half. */
function limitOf(form: StoredForm): number {
  if (form.kind === 'f16') return MAX_HALF;
  return form.kind === 'nibbles' || (form.kind === 'blocks' && form.bits === 4) ? 8 * MAX_HALF : Number.MAX_VALUE;
}

/**
 * The bytes of storedTensors(parameter, scheme), in the same order. NaN and infinite weights, and weights too large for f16 or q4, are errors
 * that name the tensor and the index.
 */
export function encodeParameter(
  parameter: Parameter,
  values: Float32Array,
  scheme: WeightScheme,
): readonly Uint8Array[] {
  const form = storedForm(parameter, scheme);
  const { name, shape } = parameter;
  const limit = limitOf(form);
  // Deconvolutions are halves in all schemes but one.
  const wide = parameter.kind === 'deconv' ? 'f32' : 'q8 or f32';
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value >= -limit && value <= limit) continue;
    if (Number.isFinite(value))
      throw new VpdError(
        'unsupported',
        `Weight ${i} of ${name} is ${value}, too large for ${form.kind === 'f16' ? 'half precision' : '4 bits'}. Convert with ${wide} weights.`,
      );
    throw new VpdError(
      'bad-file',
      `Weight ${i} of ${name} is ${value}: the checkpoint is damaged or its training diverged.`,
    );
  }
  switch (form.kind) {
    case 'f32':
      return [bytesOf(values)];
    case 'f16':
      return [bytesOf(floatsToHalves(values))];
    case 'channels': {
      const { q, scale } = quantizeChannels(values, shape[0] ?? 1);
      return [bytesOf(q), bytesOf(scale)];
    }
    case 'blocks': {
      const { q, scale } = form.bits === 4 ? quantizeBlocks4(values) : quantizeBlocks8(values);
      return [q, bytesOf(scale)];
    }
    case 'nibbles': {
      const { q, scale } = quantizeNibbles(values, values.length / (shape[0] ?? 1));
      return [q, bytesOf(scale)];
    }
  }
}
