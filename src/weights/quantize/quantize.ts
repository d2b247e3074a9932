import { VpdError } from '../../errors.ts';
import { floatsToHalves, MAX_HALF } from '../half.ts';
import { quantizeBlocks4, quantizeBlocks8, quantizeNibbles } from './quantize-blocks.ts';
import { quantizeChannels } from './quantize-channels.ts';
import type { StoredForm, WeightScheme } from './stored-form.ts';
import { storedForm } from './stored-form.ts';
import type { StoredParameter } from './stored-parameters.ts';

const bytesOf = (array: Float32Array | Uint16Array | Int8Array | Uint8Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/**
 * Increase it whenever the same weights are encoded to other bytes: conversions that an older version started then start again, so that no
 * pack mixes two encodings.
 */
export const ENCODING_VERSION = 1;

/** Largest magnitude that a stored form can hold; in 4 bits, 8 steps whose size is a half. */
function limitOf(form: StoredForm): number {
  if (form.kind === 'f16') return MAX_HALF;
  return form.kind === 'nibbles' || (form.kind === 'blocks' && form.bits === 4) ? 8 * MAX_HALF : Number.MAX_VALUE;
}

/**
 * Encodes a parameter: returns the bytes of storedTensors(parameter, scheme), in the same order.
 * @throws VpdError bad-file for NaN and infinite weights, unsupported for weights too large for f16 or q4, naming tensor and index
 */
export function encodeParameter(
  parameter: StoredParameter,
  values: Float32Array,
  scheme: WeightScheme,
): readonly Uint8Array[] {
  const form = storedForm(parameter, scheme);
  const { name, shape } = parameter;
  const limit = limitOf(form);
  // Deconvolutions are stored as halves in all schemes except f32.
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
