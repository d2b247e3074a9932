import { VpdError } from '../errors.ts';
import { strideOf } from '../vpd/attention-spec.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { attends } from '../vpd/config.ts';
import { configIssue } from '../weights/pack/vpd-schema.ts';
import type { WeightScheme } from '../weights/quantize/stored-form.ts';
import { storedTensors } from '../weights/quantize/stored-form.ts';
import { type StoredParameter, storedParameters } from '../weights/quantize/stored-parameters.ts';
import type { TensorSource } from '../weights/source.ts';
import { listNames } from '../weights/text.ts';
import type { Dropped } from './canonical.ts';
import { Canonical } from './canonical.ts';
import { detectFamily } from './detect.ts';
import type { Family } from './names.ts';
import { readNative } from './native.ts';
import type { Recipe } from './recipes.ts';
import { RecipeBook } from './recipes.ts';
import { textConfig, unetConfig, vaeConfig } from './sizes.ts';
import { taskConfigs } from './tasks.ts';

export interface ConversionOptions {
  /** Attention heads of the UNet, which no shape shows; 8 in Stable Diffusion. */
  readonly heads?: number;
  /** Attention heads of the text encoder; its width / 64 in every CLIP. */
  readonly textHeads?: number;
  /** Display name of the pack. */
  readonly name?: string;
  /** Depth in metres at sigmoid = 1 of a depth checkpoint; 10 for NYU. */
  readonly maxDepth?: number;
}

export interface Target {
  readonly parameter: StoredParameter;
  readonly recipe: Recipe;
}

export interface ConversionPlan {
  readonly family: Family;
  readonly config: VpdConfig;
  readonly sources: readonly TensorSource[];
  /** Every parameter of the pack, in the order of writing. */
  readonly targets: readonly Target[];
  readonly dropped: readonly Dropped[];
  /** Tensors that the model needs and the files do not have, by their names in the pack. */
  readonly missing: readonly string[];
  /** Tensors of the files that are not part of the model. */
  readonly unknown: readonly string[];
  /** Descriptions of tensors with a wrong shape. */
  readonly wrong: readonly string[];
  /** Sentences for the user. */
  readonly notes: readonly string[];
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly licence: string;
}

const NAMES: Readonly<Record<Exclude<Family, 'native'>, string>> = {
  'vpd-depth': 'VPD depth (NYU Depth v2)',
  'vpd-refer': 'VPD referring segmentation',
  'vpd-segment': 'VPD semantic segmentation (ADE20K)',
  'sd-v1': 'Stable Diffusion v1 backbone',
};
/** Notes for families that need a text encoder, if there is none. */
const NO_TEXT: Readonly<Partial<Record<Family, string>>> = {
  'vpd-refer':
    'No text encoder: give the Stable Diffusion v1 checkpoint as a second file to take its CLIP, else prompts cannot be read.',
  'sd-v1':
    'No text encoder: prompts cannot be read. Give the whole Stable Diffusion v1 checkpoint, which holds its CLIP.',
};
const OFFICIAL_LICENCE =
  'As the source checkpoint: weights derived from Stable Diffusion v1 are under CreativeML Open RAIL-M.';
/** Stable Diffusion v1 and VPD were trained at 512 pixels. */
const LONG_SIDE = 512;

/**
 * Plans a conversion from headers alone: the family, the config of the model, and the use of every tensor. Missing, unknown and misshapen
 * tensors are listed in the plan.
 * @param sources one VPD, native or Stable Diffusion checkpoint; with a VPD checkpoint also a Stable Diffusion one, whose CLIP is taken for
 *   referring
 * @throws VpdError for unknown families, wrong combinations and impossible sizes
 */
export function planConversion(sources: readonly TensorSource[], options: ConversionOptions = {}): ConversionPlan {
  const { main, family, clip } = assignRoles(sources);
  const canonical = new Canonical();
  canonical.add(main, family);
  const notes = [...main.notes];
  if (clip) {
    const wanted = family === 'vpd-refer';
    canonical.add(clip, 'sd-v1', (name) => {
      if (wanted && name.startsWith('text.')) return undefined;
      return wanted ? `taken from ${main.name}, which fine-tuned it` : `${main.name} needs no text encoder`;
    });
  }
  const noText = NO_TEXT[family];
  if (noText !== undefined && !canonical.has('text.embeddings.token_embedding.weight')) notes.push(noText);

  const native = family === 'native' ? readNative(main) : undefined;
  const config = native
    ? { ...native.config, ...(options.name ? { name: options.name } : {}) }
    : officialConfig(family, canonical, options);
  checkConfig(main.name, config);
  return {
    family,
    config,
    sources: clip ? [main, clip] : [main],
    ...assignTensors(canonical, config),
    notes,
    provenance: {
      ...(native?.provenance ?? {}),
      sources: [main, ...(clip ? [clip] : [])].map(({ name, format, bytes, tensors }) => ({
        name,
        format,
        bytes,
        tensors: tensors.size,
      })),
    },
    licence: native?.licence ?? OFFICIAL_LICENCE,
  };
}

function assignRoles(sources: readonly TensorSource[]): {
  main: TensorSource;
  family: Family;
  clip: TensorSource | undefined;
} {
  const known = sources.map((source) => ({ source, family: detectFamily(source) }));
  const mains = known.filter(({ family }) => family !== 'sd-v1');
  const diffusion = known.filter(({ family }) => family === 'sd-v1');
  const [main = diffusion.shift(), second] = mains;
  if (!main) throw new VpdError('bad-request', 'No checkpoint was given.');
  if (second)
    throw new VpdError(
      'unsupported',
      `${main.source.name} (${main.family}) and ${second.source.name} (${second.family}) each have their own fine-tuned UNet. Convert them one by one.`,
    );
  const [clip, more] = diffusion;
  const extra = more ?? (main.family === 'native' || main.family === 'sd-v1' ? clip : undefined);
  if (extra)
    throw new VpdError(
      'bad-request',
      `${extra.source.name} is one Stable Diffusion checkpoint too many for ${main.source.name}. Leave it out.`,
    );
  return { main: main.source, family: main.family, clip: clip?.source };
}

function officialConfig(family: Family, canonical: Canonical, options: ConversionOptions): VpdConfig {
  if (family === 'native') throw new VpdError('internal', 'A native checkpoint brings its own config.');
  const vae = vaeConfig(canonical);
  const unet = unetConfig(canonical, family === 'sd-v1', options.heads);
  const text = textConfig(canonical, options.textHeads);
  if (unet.latent !== vae.latent)
    throw new VpdError(
      'unsupported',
      `The UNet takes ${unet.latent} channels and the VAE gives ${vae.latent}: inpainting and depth-conditioned models are not VPD backbones.`,
    );
  if (text && text.width !== unet.context)
    throw new VpdError(
      'unsupported',
      `The text encoder is ${text.width} wide and the UNet takes ${unet.context}: the two checkpoints do not belong together.`,
    );
  return {
    family,
    name: options.name ?? NAMES[family],
    vae,
    unet,
    ...(text ? { text } : {}),
    tasks: taskConfigs(family, canonical, unet, options.maxDepth),
    working: { longSide: LONG_SIDE, multiple: strideOf(unet.mult.length - 1) },
  };
}

/** Refuses a config that no reader of packs accepts (its sizes come from shapes and options), before gigabytes are written. */
function checkConfig(file: string, config: VpdConfig): void {
  const issue = configIssue(config);
  if (issue !== undefined)
    throw new VpdError(
      'unsupported',
      `${file} gives a model that no pack may hold (${issue}). Check the options; if they are right, the file is damaged or of another kind.`,
    );
}

/** Returns why a tensor that no recipe uses is not needed; undefined if there is no such reason. */
function unusedReason(name: string, config: VpdConfig): string | undefined {
  if (/^unet\.out\./.test(name)) return 'the noise prediction, which perception does not use';
  if (!attends(config) && /\.transformer_blocks\.0\.(norm2\.|attn2\.to_[qk]\.)/.test(name))
    return 'queries and keys, which have no effect: with one context token the softmax is exactly 1';
  return undefined;
}

function assignTensors(
  canonical: Canonical,
  config: VpdConfig,
): Pick<ConversionPlan, 'targets' | 'dropped' | 'missing' | 'unknown' | 'wrong'> {
  const book = new RecipeBook(canonical, config);
  const targets = storedParameters(config).map((parameter) => ({ parameter, recipe: book.recipe(parameter) }));
  const used = new Set(targets.flatMap(({ recipe }) => recipe.uses));
  const dropped = [...canonical.dropped];
  const unknown = [...canonical.unknown];
  for (const [name, { source, info }] of canonical.tensors) {
    if (used.has(name)) continue;
    const reason = unusedReason(name, config);
    if (reason) dropped.push({ source: source.name, name: info.name, reason });
    else unknown.push(info.name);
  }
  return {
    targets,
    dropped,
    missing: [...used].filter((name) => !canonical.has(name)),
    unknown,
    wrong: targets.flatMap(({ recipe }) => recipe.problem ?? []),
  };
}

/** Size of a pack's weights in bytes, without headers. */
export function plannedBytes(plan: ConversionPlan, scheme: WeightScheme): number {
  return plan.targets.reduce(
    (sum, { parameter }) => sum + storedTensors(parameter, scheme).reduce((bytes, tensor) => bytes + tensor.bytes, 0),
    0,
  );
}

/** @throws VpdError bad-file if the plan has missing, unknown or misshapen tensors */
export function checkPlan(plan: ConversionPlan): void {
  const files = plan.sources.map(({ name }) => name).join(' + ');
  const what = plan.family === 'native' ? 'its config' : `a ${plan.family} checkpoint`;
  if (plan.missing.length > 0)
    throw new VpdError('bad-file', `${files} lacks ${listNames(plan.missing, 'tensor')} of ${what}.`);
  if (plan.unknown.length > 0)
    throw new VpdError('bad-file', `${files} has ${listNames(plan.unknown, 'tensor')} that ${what} does not have.`);
  const [wrong] = plan.wrong;
  if (wrong !== undefined)
    throw new VpdError(
      'bad-file',
      `${files}: tensor ${wrong}${plan.wrong.length > 1 ? `, and ${plan.wrong.length - 1} more do not fit` : ''}.`,
    );
}
