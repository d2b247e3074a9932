import type { Link, Plane, Stages } from '../../engine/pipeline.ts';
import { VpdError } from '../../errors.ts';
import { type Geometry, geometry, toInput } from '../../image/fit.ts';
import { attentionSpec } from '../../vpd/attention-spec.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { givenHidden, givenLatent } from '../given.ts';
import type { TaskOptions, TaskPhoto } from '../options.ts';
import { latentKey } from '../windows.ts';

/** Where the UNet's words look, and which cells belong together, without any head. */
export interface Attended {
  /** `maps{level}`, `self{level}`, `attention.{path}`, as vpd/graph.ts has them. */
  readonly outputs: ReadonlyMap<string, Plane>;
  readonly geometry: Geometry;
  /** What the UNet was given. */
  readonly feeds: { readonly latent: Link; readonly hidden: Link };
}

export interface AttendOptions extends Pick<TaskOptions, 'protocol' | 'latent' | 'observe' | 'rawMaps'> {
  /** CLIP's last hidden state [T,context], in the place of the text encoder's output. */
  readonly hidden?: Plane;
}

/** Runs the UNet for its attention alone. `rows` are those of a prompt's tokens (readPrompt). */
export async function attend(
  stages: Stages,
  config: VpdConfig,
  photo: TaskPhoto,
  rows: Int32Array | undefined,
  options: AttendOptions = {},
): Promise<Attended> {
  const { width, height } = photo.image;
  const sizes = geometry(options.protocol ?? 'fit', 'refer', width, height, config.working);
  const [window] = sizes.windows;
  if (!window) throw new VpdError('internal', 'A photo without a window.');
  if (!options.hidden && !rows)
    throw new VpdError('bad-prompt', 'Type what to look for, or give the text encoder’s output.');
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
