import type { Value } from '../../onnx/builder.ts';
import { binary, type Context, constant, matmul, reshape, softmax, transpose } from './context.ts';

/** Widest head for WebGPU's flash attention; above it the fused kernel is slower than plain products. */
const MAX_FUSED_HEAD = 256;

interface Attention {
  /** Σ softmax(q·kᵀ/√d)·v, heads side by side: [N, C]. */
  readonly output: Value;
  /** softmax(q·kᵀ/√d) per head: [heads, N, T]; only with `maps`. */
  readonly probabilities?: Value;
}

/**
 * Builds multi-head attention of queries [N,C] over keys and values [T,C]. On WebGPU it is one fused kernel, unless `maps` asks for the
 * probabilities, a mask is given or the heads are too wide; then it is built from plain ops.
 * @param mask added to the scores, [N,T]
 */
export function attention(
  ctx: Context,
  q: Value,
  k: Value,
  v: Value,
  heads: number,
  options: { readonly maps?: boolean; readonly mask?: Value } = {},
): Attention {
  const [n = 1, c = 1] = q.dims;
  const t = k.dims[0] ?? 1;
  const width = c / heads;
  if (ctx.lowering.target === 'webgpu' && !options.maps && !options.mask && width <= MAX_FUSED_HEAD) {
    ctx.graph.macs += 2 * n * t * c;
    const [q3, k3, v3] = [q, k, v].map((value) => reshape(ctx, value, [1, ...value.dims]));
    const fused = ctx.graph.node('MultiHeadAttention', [q3, k3, v3], {
      dims: [1, n, c],
      domain: 'com.microsoft',
      attributes: { num_heads: heads },
    });
    return { output: reshape(ctx, fused, [n, c]) };
  }
  const scaled = binary(ctx, 'Mul', q, constant(ctx, [width ** -0.5]));
  const qh = transpose(ctx, reshape(ctx, scaled, [n, heads, width]), [1, 0, 2]);
  const kh = transpose(ctx, reshape(ctx, k, [t, heads, width]), [1, 2, 0]);
  const vh = transpose(ctx, reshape(ctx, v, [t, heads, width]), [1, 0, 2]);
  const scores = matmul(ctx, qh, kh);
  const probabilities = softmax(ctx, options.mask ? binary(ctx, 'Add', scores, options.mask) : scores);
  const output = reshape(ctx, transpose(ctx, matmul(ctx, probabilities, vh), [1, 0, 2]), [n, c]);
  return options.maps ? { output, probabilities } : { output };
}
