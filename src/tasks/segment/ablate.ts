import type { Job } from '../../engine/job.ts';
import type { Pipeline } from '../../engine/pipeline.ts';
import type { AblateClassesResult } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { enlargeTo } from '../../image/enlarge.ts';
import { resultSize, type TaskPhoto } from '../options.ts';
import { type AblateOptions, keptOutputs, runHeadWithout, singleWindow } from '../rerun-head.ts';
import { argmaxLabels, labelsKey, predictLabels } from './run.ts';

/** Key under which the features and maps of a photo are kept; it starts with the photo's key, so that they are removed with the photo. */
export const keptOutputsKey = (photo: TaskPhoto, { protocol = 'fit' }: AblateOptions): string =>
  [photo.key, 'segment', protocol].join(':');

/**
 * Word ablation for classes: runs the semantic head with the averaged cross-attention maps of `classes` set to zero (context token k is
 * class k). Only the head runs again, so the UNet's features were still computed with the classes.
 * @param classes indices into the pack's classes
 * @throws VpdError missing: the pack has no classes; bad-request: no class, an unknown class, or a protocol of several windows
 */
export async function runClassAblation(
  pipeline: Pipeline,
  photo: TaskPhoto,
  classes: readonly number[],
  options: AblateOptions,
  job: Job,
): Promise<AblateClassesResult> {
  const { config } = pipeline;
  const known = config.tasks.segment?.classes;
  if (!known)
    throw new VpdError('missing', `The pack “${config.name}” knows no classes, so there is none to leave out.`);
  const unknown = classes.find((index) => known[index] === undefined);
  if (classes.length === 0 || unknown !== undefined)
    throw new VpdError(
      'bad-request',
      `${unknown === undefined ? 'No class was given' : `There is no class ${unknown}`} to leave out; name classes from 0 to ${known.length - 1}.`,
    );
  const sizes = singleWindow(config, 'segment', photo, options);
  const keep = keptOutputsKey(photo, options);
  const size = resultSize(photo.image, options.maxSide);
  return pipeline.exclusive(job, async (stages) => {
    const compute = () => predictLabels(stages, config, photo, { ...options, keep });
    const before = stages.keptBytes(labelsKey(keep, size)) ?? (await compute()).labels;
    const kept = await keptOutputs(stages, 'segment', keep, compute);
    const after = await runHeadWithout(stages, 'segment', sizes, classes, kept);
    const { width, height } = size;
    const [channels = 0, h = 0, w = 0] = after.dims;
    return stages.timed('resize', () => {
      const how = { ...config.tasks.segment, ...options };
      const enlarge = enlargeTo(photo.image, { width: w, height: h }, size, how);
      const labels = argmaxLabels({ channels, data: after.data }, enlarge);
      const moves = labelMoves(before, labels);
      const changed = moves.reduce((sum, { area }) => sum + area, 0);
      return { width, height, labels, changed, moves, timings: job.timings };
    });
  });
}

/** Lists the changes from one class to another, with their share of all pixels, the largest first. */
export function labelMoves(before: Uint8Array, after: Uint8Array): AblateClassesResult['moves'] {
  const counts = new Map<number, number>();
  before.forEach((from, i) => {
    const to = after[i] ?? from;
    if (to !== from) counts.set(256 * from + to, (counts.get(256 * from + to) ?? 0) + 1);
  });
  return [...counts]
    .map(([key, count]) => ({ from: key >> 8, to: key & 255, area: count / before.length }))
    .sort((a, b) => b.area - a.area);
}
