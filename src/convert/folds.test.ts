import { describe, expect, it } from 'vitest';
import {
  activatedTimeEmbedding,
  foldBatchNormBias,
  foldBatchNormWeight,
  foldTimestep,
  timestepEmbedding,
} from './folds.ts';
import { batchNormAfter } from './recipes.ts';
import { featureBlocks } from './sizes.ts';

const norm = {
  weight: Float32Array.of(2, 0.5),
  bias: Float32Array.of(1, -1),
  mean: Float32Array.of(3, 4),
  variance: Float32Array.of(4 - 1e-5, 0.25 - 1e-5),
};

describe('BatchNorm', () => {
  it('folds into a convolution [out, in]', () => {
    const folded = foldBatchNormWeight(Float32Array.of(1, 2, 3, 4), norm, 1);
    expect([...folded].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([1, 2, 3, 4]); // gains 2/2 and 0.5/0.5
    expect([...foldBatchNormBias(undefined, norm)].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([-2, -5]);
    expect([...foldBatchNormBias(Float32Array.of(3, 4), norm)].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([1, -1]);
  });

  it('folds into a transposed convolution [in, out]', () => {
    const gains = { ...norm, variance: Float32Array.of(1 - 1e-5, 1 - 1e-5) };
    const folded = foldBatchNormWeight(Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1), gains, 2);
    expect([...folded].map((v) => Math.round(v * 1e5) / 1e5)).toEqual([2, 2, 0.5, 0.5, 2, 2, 0.5, 0.5]);
  });

  it.each([
    ['depth.head.deconv_layers.3', 'depth.head.deconv_layers.4'],
    ['depth.head.conv_layers.0', 'depth.head.conv_layers.1'],
    ['refer.head.conv2_3', 'refer.head.bn2_3'],
    ['refer.head.conv1_1', undefined],
    ['refer.head.refine.0.conv', 'refer.head.refine.0.bn'],
    ['segment.head.decode_head.scale_heads.3.4.conv', 'segment.head.decode_head.scale_heads.3.4.bn'],
  ])('after %s is %s', (convolution, expected) => expect(batchNormAfter(convolution)).toBe(expected));
});

describe('timestep', () => {
  it('is embedded as the cosines of t = 1, then the sines', () => {
    const [a, b, c, d] = timestepEmbedding(4);
    expect(a).toBeCloseTo(Math.cos(1), 12);
    expect(b).toBeCloseTo(Math.cos(0.01), 12);
    expect(c).toBeCloseTo(Math.sin(1), 12);
    expect(d).toBeCloseTo(Math.sin(0.01), 12);
  });

  it('is added to the bias', () => {
    const identity = Float32Array.of(1, 0, 0, 1);
    const zero = new Float32Array(2);
    const silu = (x: number): number => x / (1 + Math.exp(-x));
    const activated = activatedTimeEmbedding({ weight0: identity, bias0: zero, weight2: identity, bias2: zero }, 2);
    expect(activated[0]).toBeCloseTo(silu(silu(Math.cos(1))), 12);
    const folded = foldTimestep(Float32Array.of(10), Float32Array.of(1, 2), Float32Array.of(0.5), activated);
    expect(folded[0]).toBeCloseTo(10.5 + silu(silu(Math.cos(1))) + 2 * silu(silu(Math.sin(1))), 6);
  });
});

it('features of Stable Diffusion v1 are output blocks 11, 7, 4, 1', () => {
  expect(featureBlocks(4, 2)).toEqual(['output_blocks.11', 'output_blocks.7', 'output_blocks.4', 'output_blocks.1']);
  expect(featureBlocks(3, 1)).toEqual(['output_blocks.5', 'output_blocks.2', 'output_blocks.0']);
});
