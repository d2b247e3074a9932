import type { Link, Plane, Stages } from '../engine/pipeline.ts';
import { VpdError } from '../errors.ts';
import { type Geometry, geometry } from '../image/fit.ts';
import type { TaskId, VpdConfig } from '../vpd/config.ts';
import type { GraphSpec } from '../vpd/graph.ts';
import type { TaskOptions, TaskPhoto } from './options.ts';

/** Options for another run of the head: a single window, not mirrored, and without given tensors. */
export type AblateOptions = Pick<TaskOptions, 'protocol' | 'maxSide'>;

/**
 * Returns the geometry of a protocol with one window, the only kind for which a head can be run again.
 * @throws VpdError bad-request: the protocol has several windows
 */
export function singleWindow(config: VpdConfig, task: TaskId, photo: TaskPhoto, options: AblateOptions): Geometry {
  const { width, height } = photo.image;
  const sizes = geometry(options.protocol ?? 'fit', task, width, height, config.working);
  if (sizes.windows.length > 1)
    throw new VpdError(
      'bad-request',
      'Attention can be left out only if the photo is one window, but this protocol cuts it into several; use “fit” or “direct”.',
    );
  return sizes;
}

/** Returns the features and maps that a task's network kept under `keep`; runs `compute` first if they were evicted. */
export async function keptOutputs(
  stages: Stages,
  task: TaskId,
  keep: string,
  compute: () => Promise<unknown>,
): Promise<ReadonlyMap<string, Link>> {
  if (!stages.kept(keep)) await compute();
  const kept = stages.kept(keep);
  if (!kept) throw new VpdError('internal', `The kept outputs of the ${task} network are gone.`);
  return kept;
}

/** Runs the head on kept features, with the averaged cross-attention maps of `tokens` set to zero; returns its logits [channels,h,w]. */
export async function runHeadWithout(
  stages: Stages,
  task: TaskId,
  { padded, windows: [window] }: Geometry,
  tokens: readonly number[],
  kept: ReadonlyMap<string, Link>,
): Promise<Plane> {
  const { h: rows, w: cols } = window ?? padded;
  const spec: GraphSpec = { graph: 'head', task, height: padded.h, width: padded.w, rows, cols };
  const feeds: Record<string, Link> = {};
  for (const [name, link] of kept) {
    if (name.startsWith('feature')) feeds[name] = link;
    if (name.startsWith('maps')) feeds[name] = stages.given(withoutTokens(await link.read(), tokens));
  }
  const after = (await stages.run(spec, feeds)).get('logits');
  if (!after) throw new VpdError('internal', `The ${task} head gave no “logits”.`);
  return after;
}

/** Returns a copy of maps [T,h,w] in which those of `tokens` are zero. */
export function withoutTokens({ dims, data }: Plane, tokens: readonly number[]): Plane {
  const [, height = 0, width = 0] = dims;
  const size = height * width;
  const copy = data.slice();
  for (const token of tokens) copy.fill(0, token * size, (token + 1) * size);
  return { dims, data: copy };
}
