/**
 * Maps names of a checkpoint to names of a pack, before folding. All families share one naming, so that sizes, folds and checks are written
 * once.
 */
export type Family = 'vpd-depth' | 'vpd-refer' | 'vpd-segment' | 'sd-v1' | 'native';

/** Tensors that are not converted. */
interface Drop {
  readonly match: RegExp;
  /** Describes them, worded to follow their number. */
  readonly drop: string;
}
/** Replaces the matched prefix, or drops the tensor. The first matching rule applies. */
type NameRule = { readonly match: RegExp; readonly to: string } | Drop;

const vae: readonly Drop[] = [
  { match: /^vae\.(decoder|post_quant_conv)\./, drop: 'the autoencoder’s decoder, which only image generation needs' },
  { match: /^vae\.loss\./, drop: 'the autoencoder’s training loss' },
];

/** Applied to names after they are mapped to the pack's naming. */
const COMMON: readonly Drop[] = [
  { match: /(^|\.)num_batches_tracked$/, drop: 'counters of BatchNorm training steps' },
  { match: /(^|\.)position_ids$/, drop: 'the numbers 0, 1, 2, …' },
  ...vae,
];

const schedule =
  '(betas|alphas_cumprod\\w*|sqrt_\\w+|log_one_minus_\\w+|posterior_\\w+|logvar|lvlb_weights|scale_factor)$';

const official = (root: string): readonly NameRule[] => [
  { match: new RegExp(`^${root}encoder_vq\\.`), to: 'vae.' },
  { match: new RegExp(`^${root}unet\\.unet\\.diffusion_model\\.`), to: 'unet.' },
  {
    match: new RegExp(`^${root}(sd_model\\.)?${schedule}`),
    drop: 'buffers of the noise schedule, which only image generation needs',
  },
  {
    match: new RegExp(`^${root}sd_model\\.`),
    drop: 'a copy of the Stable Diffusion model in addition to the fine-tuned one',
  },
];

const RULES: Readonly<Record<Family, readonly NameRule[]>> = {
  'vpd-depth': [
    ...official('encoder\\.'),
    { match: /^encoder\.(?=text_adapter\.|gamma$|class_embeddings$)/, to: 'depth.' },
    { match: /^encoder\.(?=layer1\.|layer2\.|out_layer\.)/, to: 'depth.head.' },
    { match: /^decoder\.(?=deconv_layers\.|conv_layers\.)/, to: 'depth.head.' },
    { match: /^(?=last_layer_depth\.)/, to: 'depth.head.' },
  ],
  'vpd-refer': [
    ...official(''),
    { match: /^(?=text_adapter\.|gamma$)/, to: 'refer.' },
    { match: /^classifier\./, to: 'refer.head.' },
  ],
  'vpd-segment': [
    ...official(''),
    { match: /^(?=text_adapter\.|gamma$|class_embeddings$)/, to: 'segment.' },
    { match: /^(?=neck\.|decode_head\.)/, to: 'segment.head.' },
    { match: /^auxiliary_head\./, drop: 'a head used during training only' },
  ],
  'sd-v1': [
    { match: /^model\.diffusion_model\./, to: 'unet.' },
    { match: /^first_stage_model\./, to: 'vae.' },
    { match: /^cond_stage_model\.transformer\.text_model\./, to: 'text.' },
    { match: /^cond_stage_model\.transformer\.(?=embeddings\.|encoder\.|final_layer_norm\.)/, to: 'text.' },
    { match: /^cond_stage_model\./, drop: 'parts of CLIP other than its text transformer' },
    { match: /^model_ema\./, drop: 'a second copy of the weights (their moving average)' },
    { match: new RegExp(`^${schedule}`), drop: 'buffers of the noise schedule, which only image generation needs' },
    // Programs that merge or prune checkpoints add tensors of their own; within the three networks, every name must be known.
    {
      match: /^(?!(model\.diffusion_model|first_stage_model|cond_stage_model)\.)/,
      drop: 'tensors outside the three networks of Stable Diffusion',
    },
  ],
  native: [{ match: /^/, to: '' }],
};

type Placement = { readonly name: string } | { readonly drop: string };

/** Maps a name of a checkpoint to its name in the pack, or to the reason why it is dropped; undefined for an unknown name. */
export function placeName(name: string, family: Family): Placement | undefined {
  const bare = name.replace(/^module\./, '');
  const rule = RULES[family].find(({ match }) => match.test(bare));
  if (rule && 'drop' in rule) return { drop: rule.drop };
  const placed = rule && bare.replace(rule.match, rule.to);
  const common = COMMON.find(({ match }) => match.test(placed ?? bare));
  if (common) return { drop: common.drop };
  return placed === undefined ? undefined : { name: placed };
}
