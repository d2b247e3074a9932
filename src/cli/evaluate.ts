import { VpdError } from '../errors.ts';
import { depthErrors, depthEvaluation, depthScore } from '../eval/depth.ts';
import type { MaskPrediction, PredictOptions, Predictor } from '../eval/predictor.ts';
import { absentScore, referEvaluation, referScore, signalScore } from '../eval/refer.ts';
import { matchClasses, segmentEvaluation, segmentScore } from '../eval/segment.ts';
import { type Shard, takeShard } from '../eval/shard.ts';
import { addSums, type Sums } from '../eval/sums.ts';
import { geometry } from '../image/fit.ts';
import { resizeLabels } from '../image/planes.ts';
import { resizePlane } from '../image/resize.ts';
import type { RgbImage } from '../image/rgb.ts';
import type { TaskId } from '../vpd/config.ts';
import type { DataOptions } from './data/data.ts';
import { sha256 } from './data/files.ts';
import { createPhotoOpener } from './data/last-photo.ts';
import { openDepthData, openReferData, openSegmentData } from './data/open.ts';
import { unlessUnread } from './data/unread.ts';
import type { ResultLog } from './result-log.ts';

interface EvaluateOptions extends PredictOptions {
  readonly shard: Shard;
  readonly limit?: number | undefined;
  readonly data?: DataOptions;
  /**
   * Opens the results of an earlier run, if they are kept, which are not computed again; it takes the new ones.
   * @param data a short hash of the data: results of other data are of another run
   */
  readonly openLog?: (empty: Sums, data: string) => Promise<ResultLog | undefined>;
  /** Called after each photo or expression: how many are done, of those how many an earlier run had done, of how many. */
  readonly onProgress?: (done: number, known: number, total: number) => void;
}

/** Runs a predictor over a data folder and gives the sums of its task's evaluation. */
export async function evaluate(
  task: TaskId,
  predictor: Predictor,
  data: string,
  options: EvaluateOptions,
): Promise<Sums> {
  if (!predictor.config.tasks[task] && !options.zeroShot)
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

const dataOptions = ({ data, protocol }: EvaluateOptions): DataOptions => ({
  ...data,
  asPublished: protocol === 'paper',
});

async function evaluateDepth(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const { items, definition, range, close } = await openDepthData(data, dataOptions(options));
  const scenes = predictor.config.tasks.depth?.scenes ?? [];
  try {
    return await addUp(items, hashOf(items, definition, range), depthEvaluation.empty, options, async (item) => {
      const image = await item.photo();
      const scene = item.scene(scenes);
      const found = await predictor.depth(image, { ...options, ...(scene === undefined ? {} : { scene }) });
      const { width, height, data: wanted } = await item.truth();
      const resized = { width, height, data: resizePlane(found.data, found.width, found.height, width, height) };
      return depthScore(depthErrors(resized, wanted, range));
    });
  } finally {
    close?.();
  }
}

async function evaluateSegment(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const { items, definition, names, ignore } = await openSegmentData(data, dataOptions(options));
  const toData = matchClasses(predictor.config.tasks.segment?.classes ?? [], names);
  const hash = hashOf(items, definition, { names, ignore });
  return addUp(items, hash, segmentEvaluation(names).empty, options, async (item) => {
    const found = await predictor.segment(await item.photo(), options);
    const { width, height, data: wanted } = await item.truth();
    const labels = resizeLabels(found.labels, found.width, found.height, width, height);
    return segmentScore(labels, wanted, toData, ignore, names.length);
  });
}

async function evaluateRefer(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const { items, definition } = await openReferData(data, dataOptions(options));
  const photoOf = createPhotoOpener();
  return addUp(items, hashOf(items, definition), referEvaluation.empty, options, async (item) => {
    const image = await photoOf(item);
    const answer = await unlessUnread(predictor.refer(image, item.expression, options));
    const found = answer ?? emptyAnswer(image, predictor, options);
    const signal = answer
      ? signalScore(answer, predictor.config.tasks.refer?.absence?.threshold, !item.truth)
      : { unread: [1] };
    if (!item.truth) return { ...absentScore(found.mask), ...signal };
    const { width, height, data: wanted } = await item.truth();
    // The paper compares at the network's own 512×512, truth brought there by the nearest pixel.
    const score =
      options.protocol === 'paper'
        ? referScore(found.mask, resizeLabels(wanted, width, height, found.width, found.height))
        : referScore(resizeLabels(found.mask, found.width, found.height, width, height), wanted);
    return { ...score, ...signal };
  });
}

/** That nothing fits, at the size of an answer. */
function emptyAnswer(
  { width, height }: RgbImage,
  { config }: Predictor,
  { protocol }: EvaluateOptions,
): MaskPrediction {
  const { w, h } =
    protocol === 'paper' ? geometry(protocol, 'refer', width, height, config.working).resized : { w: width, h: height };
  return { width: w, height: h, mask: new Uint8Array(w * h) };
}

/** Digits that tell two sets of data apart. */
const HASH_DIGITS = 12;

/** Of all items, also where a shard or a limit takes some: their results go into one file. */
const hashOf = (items: readonly { readonly id: string }[], definition: string, counted: object = {}): string =>
  sha256(JSON.stringify([definition, counted, items.map(({ id }) => id)])).slice(0, HASH_DIGITS);

async function addUp<T extends { readonly id: string }>(
  items: readonly T[],
  data: string,
  empty: Sums,
  { shard, limit, openLog, onProgress }: EvaluateOptions,
  score: (item: T) => Promise<Sums>,
): Promise<Sums> {
  const own = takeShard(items, shard, limit);
  const log = await openLog?.(empty, data);
  let sums = empty;
  let known = 0;
  for (const [index, item] of own.entries()) {
    let one = log?.known(item.id);
    if (one) known++;
    else {
      one = await score(item);
      await log?.append(item.id, one);
    }
    sums = addSums(sums, one);
    onProgress?.(index + 1, known, own.length);
  }
  return sums;
}
