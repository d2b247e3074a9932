import type { Link, Plane, Stages } from '../../engine/pipeline.ts';
import { VpdError } from '../../errors.ts';
import { type Geometry, geometry, toInput } from '../../image/fit.ts';
import { attentionSpec } from '../../vpd/attention-spec.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { givenHidden, givenLatent } from '../given-tensors.ts';
import type { TaskOptions, TaskPhoto } from '../options.ts';
import { NO_PROMPT } from '../prompt.ts';
import { latentKey } from '../windows.ts';

/** Result of a run of the UNet for its attention, without a head. */
export interface AttentionOutput {
  /** `maps{level}` (cross-attention), `self{level}` (self-attention), `attention.{path}` (one layer), as in vpd/graph.ts. */
  readonly outputs: ReadonlyMap<string, Plane>;
  readonly geometry: Geometry;
  /** The UNet's inputs. */
  readonly feeds: { readonly latent: Link; readonly hidden: Link };
}

export interface AttentionOptions extends Pick<TaskOptions, 'protocol' | 'latent' | 'observe' | 'rawMaps'> {
  /** CLIP's last hidden state [T,context], instead of the text encoder's output. */
  readonly hidden?: Plane;
}

/**
 * Runs the UNet for its attention only.
 * @param rows token ids of the prompt (readPrompt)
 * @throws VpdError bad-prompt: neither `rows` nor `options.hidden`; bad-request: a given tensor has other dimensions
 */
export async function runUnetAttention(
  stages: Stages,
  config: VpdConfig,
  photo: TaskPhoto,
  rows: Int32Array | undefined,
  options: AttentionOptions = {},
): Promise<AttentionOutput> {
  const { width, height } = photo.image;
  const sizes = geometry(options.protocol ?? 'fit', 'refer', width, height, config.working);
  const [window] = sizes.windows;
  if (!window) throw new VpdError('internal', 'The photo has no window.');
  if (!options.hidden && !rows) throw new VpdError('bad-prompt', NO_PROMPT);
  const hidden = options.hidden
    ? givenHidden(stages, options.hidden, config)
    : await stages.hidden(rows ?? new Int32Array());
  const latent = options.latent
    ? givenLatent(stages, options.latent, config, sizes)
    : await stages.latent(latentKey(photo, sizes, window), sizes.padded, () => toInput(photo.image, sizes));
  options.observe?.('hidden', await hidden.read());
  options.observe?.('latent', await latent.read());
  const spec = attentionSpec(config, sizes.padded, hidden.tensor.dims[0] ?? 0, options.rawMaps);
  const outputs = await stages.run(spec, { latent, hidden });
  return { outputs, geometry: sizes, feeds: { latent, hidden } };
}
