import { VpdError } from '../errors.ts';
import type { TextConfig, UnetConfig, VaeConfig } from '../vpd/config.ts';
import { CLIP_VOCABULARY } from '../vpd/parameters/clip.ts';
import type { Canonical } from './canonical.ts';

/** Groups of GroupNorm in every Stable Diffusion network, which no shape shows. */
const GROUPS = 32;
/** Heads of every attention layer of Stable Diffusion v1. */
const UNET_HEADS = 8;
/** Stable Diffusion's `scale_factor` of latents. */
const LATENT_SCALE = 0.18215;
/** Channels per head of every CLIP text model. */
const CLIP_HEAD_CHANNELS = 64;
/** Limit on levels and blocks that are looked for; no UNet of this family has more. */
const MAX_BLOCKS = 64;

/** Counts the tensors `name(0)`, `name(1)`, … up to the first that is missing. */
function countOf(canonical: Canonical, name: (i: number) => string): number {
  let i = 0;
  while (i < MAX_BLOCKS && canonical.has(name(i))) i++;
  return i;
}

function whole(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 1)
    throw new VpdError('unsupported', `The checkpoint’s ${what} is ${value}; a whole number was expected.`);
  return value;
}

/**
 * Derives the config of the autoencoder's encoder from the shapes of its tensors.
 * @throws VpdError bad-file, unsupported
 */
export function vaeConfig(canonical: Canonical): VaeConfig {
  const root = 'vae.encoder';
  const channels = canonical.side(`${root}.conv_in.weight`, 0);
  const levels = countOf(canonical, (level) => `${root}.down.${level}.block.0.conv1.weight`);
  return {
    channels,
    mult: Array.from({ length: levels }, (_, level) =>
      whole(
        canonical.side(`${root}.down.${level}.block.0.conv1.weight`, 0) / channels,
        `VAE channel factor at level ${level}`,
      ),
    ),
    blocks: countOf(canonical, (i) => `${root}.down.0.block.${i}.conv1.weight`),
    latent: whole(canonical.side(`${root}.conv_out.weight`, 0) / 2, 'number of latent channels'),
    patch: whole(Math.sqrt(canonical.side(`${root}.conv_in.weight`, 1) / 3), 'patch size of the VAE'),
    midAttention: canonical.has(`${root}.mid.attn_1.q.weight`),
    groups: GROUPS,
  };
}

/**
 * Derives the config of the UNet from the shapes of its tensors (CompVis' `input_blocks`).
 * @param eps whether the noise prediction is kept
 * @param heads number of attention heads, which no shape shows
 * @throws VpdError bad-file, unsupported; bad-request if `heads` does not divide the channels
 */
export function unetConfig(canonical: Canonical, eps: boolean, heads = UNET_HEADS): UnetConfig {
  const channels = canonical.side('unet.input_blocks.0.0.weight', 0);
  const mult: number[] = [];
  const crossAttention: boolean[] = [];
  const selfAttention: boolean[] = [];
  let blocks = 0;
  for (let i = 1, fresh = true; i < MAX_BLOCKS; i++) {
    const path = `unet.input_blocks.${i}`;
    if (canonical.has(`${path}.0.op.weight`)) {
      fresh = true;
      continue;
    }
    if (!canonical.has(`${path}.0.in_layers.2.weight`)) break;
    if (fresh) {
      mult.push(
        whole(
          canonical.side(`${path}.0.in_layers.2.weight`, 0) / channels,
          `UNet channel factor at level ${mult.length}`,
        ),
      );
      crossAttention.push(canonical.has(`${path}.1.transformer_blocks.0.attn2.to_v.weight`));
      selfAttention.push(canonical.has(`${path}.1.transformer_blocks.0.attn1.to_v.weight`));
      fresh = false;
    }
    if (mult.length === 1) blocks++;
  }
  const middle = 'unet.middle_block.1.transformer_blocks.0';
  const width = canonical.side(`${middle}.attn2.to_v.weight`, 0);
  if (!Number.isInteger(width / heads))
    throw new VpdError(
      'bad-request',
      `${heads} heads do not divide the UNet’s ${width} channels. Give another number of heads.`,
    );
  return {
    channels,
    mult,
    blocks,
    context: canonical.side(`${middle}.attn2.to_v.weight`, 1),
    latent: canonical.side('unet.input_blocks.0.0.weight', 1),
    heads,
    crossAttention,
    selfAttention,
    ffMult: whole(canonical.side(`${middle}.ff.net.2.weight`, 1) / width, 'feed-forward factor'),
    groups: GROUPS,
    features: featureBlocks(mult.length, blocks),
    ...(eps ? { latentScale: LATENT_SCALE, eps } : {}),
  };
}

/**
 * Names of the output blocks whose outputs are VPD's features, finest first: the last block of each level before upsampling (11, 7, 4, 1
 * in Stable Diffusion v1).
 */
export function featureBlocks(levels: number, blocks: number): string[] {
  return Array.from({ length: levels }, (_, level) => {
    const last = (levels - level) * (blocks + 1) - 1;
    return `output_blocks.${level === 0 ? last : last - 1}`;
  });
}

/**
 * Derives the config of the CLIP text transformer; undefined if the checkpoint has none.
 * @throws VpdError unsupported for another vocabulary; bad-request if `heads` does not divide the width
 */
export function textConfig(canonical: Canonical, heads?: number): TextConfig | undefined {
  const embedding = 'text.embeddings.token_embedding.weight';
  if (!canonical.has(embedding)) return undefined;
  const rows = canonical.side(embedding, 0);
  const width = canonical.side(embedding, 1);
  if (rows !== CLIP_VOCABULARY)
    throw new VpdError(
      'unsupported',
      `The text encoder has ${rows} token embeddings where CLIP has ${CLIP_VOCABULARY}: its tokenizer is another one.`,
    );
  const count = heads ?? Math.max(1, width / CLIP_HEAD_CHANNELS);
  if (!Number.isInteger(width / count) || !Number.isInteger(count))
    throw new VpdError(
      'bad-request',
      `${count} heads do not divide the text encoder’s width of ${width}. Give another number of text heads.`,
    );
  return {
    width,
    layers: countOf(canonical, (i) => `text.encoder.layers.${i}.mlp.fc1.weight`),
    heads: count,
    mlp: canonical.side('text.encoder.layers.0.mlp.fc1.weight', 0),
    maxTokens: canonical.side('text.embeddings.position_embedding.weight', 0),
  };
}
