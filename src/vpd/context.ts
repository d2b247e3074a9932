import type { Value } from '../onnx/builder.ts';
import type { TaskId } from './config.ts';
import { binary, type Context, cast, gelu, vector } from './ops/context.ts';
import { linear } from './ops/linear.ts';

/** VPD's text adapter (paper §3.3): c + γ·MLP(c), with a Linear–GELU–Linear. Tokens [T,C] → [T,C]. */
export function textAdapter(ctx: Context, tokens: Value, task: TaskId): Value {
  const hidden = gelu(ctx, linear(ctx, tokens, `${task}.text_adapter.fc.0`));
  const refined = linear(ctx, hidden, `${task}.text_adapter.fc.2`);
  return binary(ctx, 'Add', tokens, binary(ctx, 'Mul', refined, vector(ctx, `${task}.gamma`)));
}

/** Returns the only context token of depth [1,C]: the embedding of scene `index` (int32 [1]). */
export function sceneToken(ctx: Context, index: Value, task: TaskId): Value {
  const table = vector(ctx, `${task}.class_embeddings`);
  const dims = [1, table.dims[1] ?? 1];
  return ctx.graph.node('Gather', [table, index], { dims, attributes: { axis: 0 } });
}

/** Returns one context token per class, [classes,C]. */
export const classTokens = (ctx: Context, task: TaskId): Value => vector(ctx, `${task}.class_embeddings`);

/** Casts the text encoder's hidden states, f32 [T,C], to the activations' type. */
export const textTokens = (ctx: Context, hidden: Value): Value => cast(ctx, hidden, ctx.float);
