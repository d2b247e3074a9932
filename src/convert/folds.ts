/**
 * Folds constants of a checkpoint into its weights. Sums are computed in float64 and rounded to float32 once, so that a conversion gives
 * the same bytes on every machine, except for the last bit of `Math.exp`, `Math.cos` and `Math.sin`.
 */

/** BatchNorm's eps (torch.nn.BatchNorm2d default, which VPD and mmsegmentation use). */
const BATCH_NORM_EPS = 1e-5;

export interface BatchNorm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

const batchNormGain = (norm: BatchNorm, channel: number): number =>
  (norm.weight[channel] ?? 0) / Math.sqrt((norm.variance[channel] ?? 0) + BATCH_NORM_EPS);

/**
 * Scales the weights of a convolution by the BatchNorm after it.
 * @param outer product of the sides before the output channels: 1 for [out, …], `in` for a transposed convolution [in, out, k, k]
 */
export function foldBatchNormWeight(weight: Float32Array, norm: BatchNorm, outer: number): Float32Array {
  const channels = norm.weight.length;
  const inner = weight.length / outer / channels;
  const out = new Float32Array(weight.length);
  for (let i = 0; i < weight.length; i++)
    out[i] = (weight[i] ?? 0) * batchNormGain(norm, Math.floor(i / inner) % channels);
  return out;
}

/** Returns the bias of the folded convolution; `bias` is undefined if the convolution had none. */
export function foldBatchNormBias(bias: Float32Array | undefined, norm: BatchNorm): Float32Array {
  return norm.bias.map((shift, c) => ((bias?.[c] ?? 0) - (norm.mean[c] ?? 0)) * batchNormGain(norm, c) + shift);
}

const silu = (x: number): number => x / (1 + Math.exp(-x));

/** weight [out, in] · x [in] + bias [out]. */
function affine(weight: Float32Array, bias: Float32Array, x: Float64Array): Float64Array {
  const out = new Float64Array(bias.length);
  for (let row = 0; row < out.length; row++) {
    let sum = bias[row] ?? 0;
    const begin = row * x.length;
    for (let column = 0; column < x.length; column++) sum += (weight[begin + column] ?? 0) * (x[column] ?? 0);
    out[row] = sum;
  }
  return out;
}

/** VPD's constant timestep. */
const TIMESTEP = 1;
/** Longest period of the sinusoidal embedding. */
const MAX_PERIOD = 10_000;

/** CompVis `timestep_embedding` of t = 1: cosines first, then sines. */
export function timestepEmbedding(channels: number): Float64Array {
  const half = channels / 2;
  const out = new Float64Array(channels);
  for (let i = 0; i < half; i++) {
    const angle = TIMESTEP * Math.exp((-Math.log(MAX_PERIOD) * i) / half);
    out[i] = Math.cos(angle);
    out[half + i] = Math.sin(angle);
  }
  return out;
}

interface TimeMlp {
  readonly weight0: Float32Array;
  readonly bias0: Float32Array;
  readonly weight2: Float32Array;
  readonly bias2: Float32Array;
}

/** Input of every `emb_layers` at t = 1: silu(time_embed(embedding)). */
export function activatedTimeEmbedding(mlp: TimeMlp, channels: number): Float64Array {
  const hidden = affine(mlp.weight0, mlp.bias0, timestepEmbedding(channels)).map(silu);
  return affine(mlp.weight2, mlp.bias2, hidden).map(silu);
}

/** Adds the time embedding, projected by a residual block's `emb_layers`, to the bias of its first convolution. */
export function foldTimestep(
  bias: Float32Array,
  embWeight: Float32Array,
  embBias: Float32Array,
  activated: Float64Array,
): Float32Array {
  const shift = affine(embWeight, embBias, activated);
  return bias.map((value, i) => value + (shift[i] ?? 0));
}
