import type { Value } from '../onnx/builder.ts';
import type { TextConfig } from './config.ts';
import { attention } from './ops/attention.ts';
import { binary, type Context, cast, quickGelu, raw, stored, vector } from './ops/context.ts';
import { linear } from './ops/linear.ts';
import { layerNorm } from './ops/norm.ts';

/** Added to the scores of later tokens by the causal mask; far below any real score, and finite in half precision. */
const MASKED_SCORE = -3e4;

/** Looks up rows of the token embedding. If it is int8 with a scale per row, only the rows looked up are dequantized. */
function embed(ctx: Context, ids: Value, name: string, width: number): Value {
  const dims = [ids.dims[0] ?? 1, width];
  const gather = (table: Value, size: readonly number[]): Value =>
    ctx.graph.node('Gather', [table, ids], { dims: size, type: table.type, attributes: { axis: 0 } });
  if (!ctx.weights.has(`${name}.q`)) return cast(ctx, gather(raw(ctx, name), dims), ctx.float);
  const rows = cast(ctx, gather(raw(ctx, `${name}.q`), dims), ctx.float);
  const rowCount = stored(ctx, `${name}.scale`).shape[0] ?? 1;
  const scales = gather(raw(ctx, `${name}.scale`, [rowCount, 1]), [dims[0] ?? 1, 1]);
  return binary(ctx, 'Mul', rows, cast(ctx, scales, ctx.float));
}

/**
 * Builds CLIP's text transformer (pre-norm, causal, quick-GELU): token rows int32 [T] → hidden states [T,width] after the final layer norm.
 */
export function textEncoder(ctx: Context, ids: Value, config: TextConfig): Value {
  const tokens = ids.dims[0] ?? 1;
  const causal = new Float32Array(tokens * tokens);
  for (let row = 0; row < tokens; row++) causal.fill(MASKED_SCORE, row * tokens + row + 1, (row + 1) * tokens);
  const mask = cast(ctx, ctx.graph.float32(causal, [tokens, tokens]), ctx.float);
  const position = vector(ctx, 'text.embeddings.position_embedding.weight');
  const { graph } = ctx;
  const positions = graph.node('Slice', [position, graph.int64([0]), graph.int64([tokens]), graph.int64([0])], {
    dims: [tokens, config.width],
  });
  let x = binary(ctx, 'Add', embed(ctx, ids, 'text.embeddings.token_embedding.weight', config.width), positions);
  for (let i = 0; i < config.layers; i++) {
    const layer = `text.encoder.layers.${i}`;
    const normed = layerNorm(ctx, x, `${layer}.layer_norm1`);
    const part = (name: string): Value => linear(ctx, normed, `${layer}.self_attn.${name}`);
    const { output } = attention(ctx, part('q_proj'), part('k_proj'), part('v_proj'), config.heads, { mask });
    x = binary(ctx, 'Add', x, linear(ctx, output, `${layer}.self_attn.out_proj`));
    const hidden = quickGelu(ctx, linear(ctx, layerNorm(ctx, x, `${layer}.layer_norm2`), `${layer}.mlp.fc1`));
    x = binary(ctx, 'Add', x, linear(ctx, hidden, `${layer}.mlp.fc2`));
  }
  return layerNorm(ctx, x, 'text.final_layer_norm');
}
