import type { TextConfig } from '../config.ts';
import { type Emit, emitLinear, emitNorm } from './parameter.ts';

/** Rows of the token embedding of CLIP's own vocabulary. */
export const CLIP_VOCABULARY = 49_408;

/** Lists the text encoder's parameters. */
export function textParameters(config: TextConfig, emit: Emit): void {
  emit(
    'text.embeddings.token_embedding.weight',
    [config.vocabulary?.length ?? CLIP_VOCABULARY, config.width],
    'embedding',
  );
  emit('text.embeddings.position_embedding.weight', [config.maxTokens, config.width], 'vector');
  for (let i = 0; i < config.layers; i++) {
    const layer = `text.encoder.layers.${i}`;
    emitNorm(emit, `${layer}.layer_norm1`, config.width);
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
      emitLinear(emit, `${layer}.self_attn.${part}`, config.width, config.width);
    emitNorm(emit, `${layer}.layer_norm2`, config.width);
    emitLinear(emit, `${layer}.mlp.fc1`, config.width, config.mlp);
    emitLinear(emit, `${layer}.mlp.fc2`, config.mlp, config.width);
  }
  emitNorm(emit, 'text.final_layer_norm', config.width);
}
