import { describe, expect, it } from 'vitest';
import type { ParameterKind } from '../../vpd/parameters/parameter.ts';
import { halvesToFloats } from '../half.ts';
import { decodeParameter, dequantizeBlocks, dequantizeNibbles } from '../testing/dequantize.ts';
import { encodeParameter } from './quantize.ts';
import { quantizeBlocks4, quantizeBlocks8, quantizeNibbles } from './quantize-blocks.ts';
import { quantizeChannels } from './quantize-channels.ts';
import type { WeightScheme } from './stored-form.ts';
import { storedForm, storedTensors } from './stored-form.ts';
import type { StoredParameter } from './stored-parameters.ts';

const parameter = (kind: ParameterKind, shape: readonly number[]): StoredParameter => ({
  name: 'w',
  kind,
  shape,
  delicate: false,
});

/** Roughly Gaussian values, the same in every run. */
function gaussian(count: number): Float32Array {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () =>
    Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6),
  );
}
const squaredError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);

describe('storedForm', () => {
  it.each<[ParameterKind, number[], WeightScheme, object]>([
    ['linear', [64, 64], 'q4', { kind: 'blocks', bits: 4 }],
    ['linear', [64, 64, 1, 1], 'q8', { kind: 'blocks', bits: 8 }],
    ['linear', [32, 182, 1, 1], 'q4', { kind: 'channels' }], // 182 is not a multiple of 32
    ['linear', [8, 64], 'q4', { kind: 'f32' }], // too small
    ['conv', [32, 32, 3, 3], 'q4', { kind: 'nibbles' }],
    ['conv', [64, 41, 3, 3], 'q4', { kind: 'nibbles' }], // 369 is padded to 384
    ['conv', [33, 32, 3, 3], 'q4', { kind: 'channels' }], // 33·9 scales of two bytes are not a multiple of four bytes
    ['conv', [32, 32, 3, 3], 'q8', { kind: 'channels' }],
    ['conv', [32, 32, 3, 3], 'f16', { kind: 'f16' }],
    ['conv', [32, 32, 3, 3], 'f32', { kind: 'f32' }],
    ['conv', [3, 683, 3, 3], 'q8', { kind: 'f32' }], // not a multiple of four bytes
    ['deconv', [128, 32, 2, 2], 'q8', { kind: 'f16' }],
    ['embedding', [49_408, 64], 'q8', { kind: 'channels' }],
    ['vector', [9000], 'q4', { kind: 'f32' }],
  ])('%s %j as %s', (kind, shape, scheme, form) => expect(storedForm(parameter(kind, shape), scheme)).toEqual(form));

  it('keeps delicate parameters in 8 bits', () => {
    const form = (kind: ParameterKind): unknown =>
      storedForm({ ...parameter(kind, [64, 64, 3, 3]), delicate: true }, 'q4');
    expect(form('conv')).toEqual({ kind: 'channels' });
    expect(form('linear')).toEqual({ kind: 'blocks', bits: 8 });
  });

  it('stores linear layers in the layout of MatMulNBits', () => {
    expect(storedTensors(parameter('linear', [64, 96]), 'q4')).toEqual([
      { name: 'w.q', dtype: 'U8', shape: [64, 3, 16], bytes: 3072 },
      { name: 'w.scale', dtype: 'F16', shape: [64, 3], bytes: 384 },
    ]);
  });

  it('pads the rows of 4-bit convolutions to whole blocks', () => {
    expect(storedTensors(parameter('conv', [64, 41, 3, 3]), 'q4')).toEqual([
      { name: 'w.q', dtype: 'I8', shape: [64, 12, 16], bytes: 12_288 },
      { name: 'w.scale', dtype: 'F16', shape: [64, 12], bytes: 1536 },
    ]);
  });
});

function fourBits(values: Float32Array): { q: Uint8Array; scale: Float32Array } {
  const { q, scale } = quantizeBlocks4(values);
  return { q, scale: halvesToFloats(scale) };
}

describe('4-bit blocks', () => {
  it('stores the low nibble first and represents zero by 8', () => {
    const values = new Float32Array(32);
    values.set([-8, 7, 1, -1]); // step 1 represents all of them
    const { q, scale } = fourBits(values);
    expect(scale[0]).toBe(1);
    expect([...q.slice(0, 3)]).toEqual([0x0 | (15 << 4), 9 | (7 << 4), 0x88]);
    expect([...dequantizeBlocks(q, scale, 4)]).toEqual([...values]);
  });

  it('has a smaller error than the scale extreme / −8', () => {
    const values = gaussian(32 * 512);
    const { q, scale } = fourBits(values);
    const plain = values.map((value, i) => {
      const block = values.subarray(i - (i % 32), i - (i % 32) + 32);
      const extreme = block.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0);
      return Math.max(-8, Math.min(7, Math.round(value / (extreme / -8)))) * (extreme / -8);
    });
    const ratio = squaredError(values, dequantizeBlocks(q, scale, 4)) / squaredError(values, plain);
    expect(ratio).toBeLessThan(0.9);
    expect(ratio).toBeGreaterThan(0.5);
  });

  it('keeps zeros and handles values too small for a scale', () => {
    const values = new Float32Array(64);
    values[32] = 1e-45;
    const { q, scale } = fourBits(values);
    expect([...scale].every((s) => s !== 0 && Number.isFinite(s))).toBe(true);
    expect([...dequantizeBlocks(q, scale, 4)].every((v) => Math.abs(v) <= 1e-44)).toBe(true);
  });
});

describe('4-bit convolutions', () => {
  it('hold signed nibbles, the low one first, and pad each row', () => {
    const values = new Float32Array(2 * 33);
    values.set([-8, 7, 1, -1], 0);
    values[32] = 7; // alone in the second block of the first row
    values.set([-4, 2], 33);
    const { q, scale } = quantizeNibbles(values, 33);
    expect(q.length).toBe(2 * 2 * 16);
    expect([...q.slice(0, 3)]).toEqual([0x8 | (7 << 4), 1 | (0xf << 4), 0]);
    expect([...dequantizeNibbles(q, halvesToFloats(scale), 33)]).toEqual([...values]);
  });
});

describe('8 bits', () => {
  it('has an error of at most half a step in blocks', () => {
    const values = gaussian(32 * 64);
    const { q, scale } = quantizeBlocks8(values);
    const back = dequantizeBlocks(q, scale, 8);
    values.forEach((value, i) => {
      expect(Math.abs(value - (back[i] ?? 0))).toBeLessThanOrEqual(((scale[i >> 5] ?? 0) / 2) * 1.0001);
    });
  });

  it('keeps zeros, and clips where the step is as small as floats get', () => {
    // 178 of the smallest floats; a 127th of them is rounded to one.
    const tiny = 178 * 2 ** -149;
    const blocks = quantizeBlocks8(Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? 0 : -tiny)));
    expect([...blocks.scale]).toEqual([1, 2 ** -149]);
    expect([...blocks.q]).toEqual(Array.from({ length: 64 }, (_, i) => (i < 32 ? 128 : 1)));
    const channels = quantizeChannels(Float32Array.of(tiny, -tiny), 1);
    expect([...channels.q]).toEqual([127, -127]);
  });

  it('scales every output channel by its largest weight', () => {
    const { q, scale } = quantizeChannels(Float32Array.of(1.27, -0.635, 0, 0, 254, 2), 3);
    expect([...q]).toEqual([127, -64, 0, 0, 127, 1]);
    expect([...scale]).toEqual([f(f(1.27) / 127), 1, 2]);
  });
});
const f = Math.fround;

describe('encodeParameter', () => {
  it.each<[WeightScheme, ParameterKind, number[], number]>([
    ['f32', 'linear', [64, 64], 0],
    ['f16', 'linear', [64, 64], 3e-4],
    ['q8', 'linear', [64, 64], 6e-3],
    ['q4', 'linear', [64, 64], 0.08],
    ['q4', 'conv', [64, 32, 3, 3], 0.08],
    ['q4', 'conv', [64, 19, 3, 3], 0.08], // rows of 171, the last block of each padded
    ['q8', 'conv', [64, 16, 3, 3], 8e-3],
    ['q8', 'embedding', [128, 64], 8e-3],
    ['q8', 'deconv', [64, 32, 2, 2], 3e-4],
  ])('%s of a %s is decoded within its rounding error', (scheme, kind, shape, bar) => {
    const values = gaussian(shape.reduce((a, b) => a * b, 1));
    const p = parameter(kind, shape);
    const stored = encodeParameter(p, values, scheme);
    expect(stored.map((bytes) => bytes.length)).toEqual(storedTensors(p, scheme).map(({ bytes }) => bytes));
    const error = Math.sqrt(
      squaredError(values, decodeParameter(p, stored, scheme)) / squaredError(values, new Float32Array(values.length)),
    );
    expect(error).toBeLessThanOrEqual(bar);
    expect(error).toBeGreaterThanOrEqual(bar / 4);
  });

  it.each([
    [Number.NaN, 'f32', 'Weight 5 of w is NaN: the checkpoint is damaged or its training diverged.'],
    [Number.NEGATIVE_INFINITY, 'q4', 'Weight 5 of w is -Infinity: the checkpoint is damaged or its training diverged.'],
    [70_000, 'f16', 'Weight 5 of w is 70000, too large for half precision. Convert with q8 or f32 weights.'],
    [-600_000, 'q4', 'Weight 5 of w is -600000, too large for 4 bits. Convert with q8 or f32 weights.'],
  ] as const)('refuses %f', (value, scheme, message) => {
    const values = new Float32Array(4096);
    values[5] = value;
    expect(() => encodeParameter(parameter('linear', [64, 64]), values, scheme)).toThrow(message);
  });

  it.each([
    ['conv', [64, 64, 1, 1], 'q4', 600_000, 'too large for 4 bits. Convert with q8 or f32 weights.'],
    ['deconv', [32, 32, 2, 2], 'q8', 70_000, 'too large for half precision. Convert with f32 weights.'],
  ] as const)('refuses weights too large for a %s', (kind, shape, scheme, value, message) => {
    expect(() => encodeParameter(parameter(kind, shape), new Float32Array(4096).fill(value), scheme)).toThrow(message);
  });

  it.each([
    ['linear', [64, 64]],
    ['conv', [64, 64, 1, 1]],
  ] as const)('q4 of a %s represents the largest weights that it accepts', (kind, shape) => {
    const most = 8 * 65_504;
    // The best scale of the third block is not a finite half.
    const values = Float32Array.from(
      { length: 4096 },
      (_, i) => [most, -most, i % 32 ? 0.135 * most : most][i >> 5] ?? 1,
    );
    const p = parameter(kind, shape);
    const back = decodeParameter(p, encodeParameter(p, values, 'q4'), 'q4');
    expect(Math.max(...back.map((value, i) => Math.abs(value - (values[i] ?? 0))))).toBeLessThan(most / 7);
  });
});
