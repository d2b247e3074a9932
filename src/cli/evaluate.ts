import { join } from 'node:path';
import { VpdError } from '../errors.ts';
import { addDepth, depthErrors, depthEvaluation } from '../eval/depth.ts';
import type { PredictOptions, Predictor } from '../eval/predictor.ts';
import { addRefer, referEvaluation } from '../eval/refer.ts';
import { addSegment, matchClasses, segmentEvaluation } from '../eval/segment.ts';
import { type Shard, takeShard } from '../eval/shard.ts';
import type { Sums } from '../eval/sums.ts';
import { resizeLabels } from '../image/planes.ts';
import { resizePlane } from '../image/resize.ts';
import type { RgbImage } from '../image/rgb.ts';
import type { TaskId } from '../vpd/config.ts';
import { decodeImageFile } from './decode-node.ts';
import { depthFolder, depthTruth, labelTruth, maskTruth, referFolder, segmentFolder } from './eval-data.ts';

export interface EvaluateOptions extends PredictOptions {
  readonly shard: Shard;
  readonly limit?: number | undefined;
  /** Called after each photo or expression. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs a predictor over a data folder and gives the sums of its task's evaluation. */
export async function evaluate(
  task: TaskId,
  predictor: Predictor,
  data: string,
  options: EvaluateOptions,
): Promise<Sums> {
  if (!predictor.config.tasks[task])
    throw new VpdError(
      'missing',
      `The pack "${predictor.config.name}" has no ${task} head; it has ${Object.keys(predictor.config.tasks).join(', ') || 'none'}.`,
    );
  switch (task) {
    case 'depth':
      return evaluateDepth(predictor, data, options);
    case 'refer':
      return evaluateRefer(predictor, data, options);
    case 'segment':
      return evaluateSegment(predictor, data, options);
    default:
      return task satisfies never;
  }
}

async function evaluateDepth(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const { pairs, meta } = await depthFolder(data);
  // A pack of one scene knows no other: the data's names would only be refused.
  const hasScenes = (predictor.config.tasks.depth?.scenes.length ?? 0) > 1;
  return addUp(pairs, depthEvaluation.empty, options, async (sums, { stem, photo, truth }) => {
    const { image } = await decodeImageFile(photo);
    const scene = hasScenes ? meta.scenes[stem] : undefined;
    const found = await predictor.depth(image, { ...options, ...(scene === undefined ? {} : { scene }) });
    const wanted = await depthTruth(truth, meta);
    const { width, height } = wanted;
    const resized = { width, height, data: resizePlane(found.data, found.width, found.height, width, height) };
    return addDepth(sums, depthErrors(resized, wanted.data, meta.eval));
  });
}

async function evaluateSegment(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const { pairs, meta } = await segmentFolder(data);
  const toData = matchClasses(predictor.config.tasks.segment?.classes ?? [], meta.names);
  return addUp(pairs, segmentEvaluation(meta.names).empty, options, async (sums, { photo, truth }) => {
    const { image } = await decodeImageFile(photo);
    const found = await predictor.segment(image, options);
    const wanted = await labelTruth(truth);
    const labels = resizeLabels(found.labels, found.width, found.height, wanted.width, wanted.height);
    return addSegment(sums, labels, wanted.data, toData, meta.ignore);
  });
}

async function evaluateRefer(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  // Expressions of one photo follow each other in such files: its latent is computed once.
  let last: { name: string; image: RgbImage } | undefined;
  return addUp(await referFolder(data), referEvaluation.empty, options, async (sums, ref) => {
    if (last?.name !== ref.image)
      last = { name: ref.image, image: (await decodeImageFile(join(data, ref.image))).image };
    const found = await predictor.refer(last.image, ref.expression, options);
    const wanted = await maskTruth(data, ref);
    const mask = resizeLabels(found.mask, found.width, found.height, wanted.width, wanted.height);
    return addRefer(sums, mask, wanted.data);
  });
}

async function addUp<T>(
  items: readonly T[],
  empty: Sums,
  { shard, limit, onProgress }: EvaluateOptions,
  add: (sums: Sums, item: T) => Promise<Sums>,
): Promise<Sums> {
  const own = takeShard(items, shard, limit);
  let sums = empty;
  for (const [index, item] of own.entries()) {
    sums = await add(sums, item);
    onProgress?.(index + 1, own.length);
  }
  return sums;
}
