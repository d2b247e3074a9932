/**
 * Checkpoint names → the names of a pack, before folding. All families end in one naming, so that sizes, folds and checks are written once.
 */
export type Family = 'vpd-depth' | 'vpd-refer' | 'vpd-segment' | 'sd-v1' | 'native';

/** First match wins. `to` replaces the matched beginning; `drop` says why the tensor is not needed. */
export type NameRule = { readonly match: RegExp } & ({ readonly to: string } | { readonly drop: string });

const vae: readonly NameRule[] = [
  { match: /^vae\.decoder\./, drop: 'the decoder of the autoencoder: nothing is painted' },
  { match: /^vae\.post_quant_conv\./, drop: 'belongs to the decoder of the autoencoder' },
  { match: /^vae\.loss\./, drop: 'training loss of the autoencoder' },
];

/** Applied to names that are already in the pack's naming. */
export const COMMON_RULES: readonly NameRule[] = [
  { match: /(^|\.)num_batches_tracked$/, drop: 'a counter of BatchNorm training steps' },
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
    drop: 'a buffer of the noise schedule: nothing is denoised',
  },
  { match: new RegExp(`^${root}sd_model\\.`), drop: 'a copy of the Stable Diffusion model beside the fine-tuned one' },
];

export const FAMILY_RULES: Readonly<Record<Family, readonly NameRule[]>> = {
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
    { match: /^cond_stage_model\./, drop: 'a part of CLIP beside its text transformer' },
    { match: /^model_ema\./, drop: 'a second copy of the weights (their moving average)' },
    { match: new RegExp(`^${schedule}`), drop: 'a buffer of the noise schedule: nothing is denoised' },
  ],
  native: [],
};

/** What becomes of one name of a checkpoint. */
export type Placement = { readonly name: string } | { readonly drop: string };

export function placeName(name: string, family: Family): Placement | undefined {
  const bare = name.replace(/^module\./, '');
  let placed: string | undefined;
  if (family === 'native') placed = bare;
  else
    for (const rule of FAMILY_RULES[family]) {
      if (!rule.match.test(bare)) continue;
      if ('drop' in rule) return { drop: rule.drop };
      placed = bare.replace(rule.match, rule.to);
      break;
    }
  if (placed === undefined) {
    const common = COMMON_RULES.find((rule) => rule.match.test(bare));
    return common && 'drop' in common ? { drop: common.drop } : undefined;
  }
  for (const rule of COMMON_RULES) if (rule.match.test(placed) && 'drop' in rule) return { drop: rule.drop };
  return { name: placed };
}
