import { VpdError } from '../errors.ts';
import type { TensorSource } from '../weights/source.ts';
import type { Family } from './names.ts';

/** Metadata key in safetensors files of our own training; its value is the JSON of the VpdConfig, provenance and licence. */
export const NATIVE_KEY = 'vpd_config';

/** Names of tensors that only this family has. */
const MARKS: readonly (readonly [Family, RegExp])[] = [
  ['vpd-depth', /^(module\.)?encoder\.unet\.unet\.diffusion_model\./],
  ['vpd-segment', /^(module\.)?decode_head\.scale_heads\./],
  ['vpd-refer', /^(module\.)?classifier\.conv1_4\./],
  ['sd-v1', /^model\.diffusion_model\./],
];

/** Checkpoints that are recognised and refused, with the reason. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [
    /^(unet\.)?down_blocks\.0\./,
    'a model in diffusers layout; convert takes the single-file layout of Stable Diffusion v1 (model.diffusion_model.…)',
  ],
  [/^conditioner\.embedders\./, 'Stable Diffusion XL; only Stable Diffusion v1 has the architecture of VPD'],
  [
    /^cond_stage_model\.model\.transformer\./,
    'Stable Diffusion v2; only Stable Diffusion v1 has the architecture of VPD',
  ],
  [
    /^(base_model\.model\.|lora_unet_|lora_te_)/,
    'a LoRA, which holds only changes to a model; merge it into a checkpoint first',
  ],
  [/^(encoder|decoder)\.(down|up)\.0\.block\./, 'an autoencoder alone; give the whole checkpoint'],
  [/^text_model\.encoder\.layers\./, 'a CLIP model alone; give the Stable Diffusion checkpoint that it belongs to'],
];

/**
 * Detects the family of a checkpoint from the names of its tensors.
 * @throws VpdError unsupported
 */
export function detectFamily(source: TensorSource): Family {
  if (source.metadata[NATIVE_KEY] !== undefined) return 'native';
  const names = [...source.tensors.keys()];
  // Stable Diffusion v2 and XL share the UNet's names with v1.
  const other = OTHERS.find(([mark]) => names.some((name) => mark.test(name)));
  for (const [family, mark] of MARKS)
    if (names.some((name) => mark.test(name)) && (family !== 'sd-v1' || !other)) return family;
  if (other) throw new VpdError('unsupported', `${source.name} is ${other[1]}.`);
  const examples = names.slice(0, 3).join(', ');
  throw new VpdError(
    'unsupported',
    `${source.name} is neither a VPD nor a Stable Diffusion v1 checkpoint: none of its ${names.length} tensors (${examples}${names.length > 3 ? ', …' : ''}) has a name that is typical of one.`,
  );
}
