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
import type { Data, DataOptions, Truth } from './data/data.ts';
import { fingerprints } from './data/files.ts';
import { createPhotoOpener } from './data/last-photo.ts';
import { openDepthData, openReferData, openSegmentData } from './data/open.ts';
import { undefinedIfUnread } from './data/unread.ts';
import type { ResultLog } from './files/result-log.ts';
import { sha256 } from './files/sha256.ts';

interface EvaluateOptions extends PredictOptions {
  readonly shard: Shard;
  readonly limit?: number | undefined;
  readonly data?: DataOptions;
  /**
   * Opens a log of results: those of an earlier run are not computed again, new ones are appended.
   * @param data the split, if there is one, and a short hash of the data; results of other data belong to another run
   */
  readonly openLog?: (empty: Sums, data: string) => Promise<ResultLog | undefined>;
  /** Called after each photo or expression; `known` of the `done` items were computed by an earlier run. */
  readonly onProgress?: (done: number, known: number, total: number) => void;
}

/**
 * Runs a predictor over a data folder and returns the sums of the task's evaluation.
 * @throws VpdError missing if the pack has no such task; errors of the data and of the predictor
 */
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
  asPreprocessed: protocol === 'paper',
});

async function evaluateDepth(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const opened = await openDepthData(data, dataOptions(options));
  const { range, close } = opened;
  const scenes = predictor.config.tasks.depth?.scenes ?? [];
  try {
    return await scoreAll(opened, range, depthEvaluation.empty, options, async (item) => {
      const image = await item.photo();
      const { width, height, data: wanted } = ofShape(item.id, image, await item.truth());
      const scene = item.scene(scenes);
      const found = await predictor.depth(image, { ...options, ...(scene === undefined ? {} : { scene }) });
      const resized = { width, height, data: resizePlane(found.data, found.width, found.height, width, height) };
      return depthScore(depthErrors(resized, wanted, range));
    });
  } finally {
    close?.();
  }
}

async function evaluateSegment(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const opened = await openSegmentData(data, dataOptions(options));
  const { names, ignore } = opened;
  const toData = matchClasses(predictor.config.tasks.segment?.classes ?? [], names);
  return scoreAll(opened, { names, ignore }, segmentEvaluation(names).empty, options, async (item) => {
    const image = await item.photo();
    const { width, height, data: wanted } = ofShape(item.id, image, await item.truth());
    const found = await predictor.segment(image, options);
    const labels = resizeLabels(found.labels, found.width, found.height, width, height);
    return segmentScore(labels, wanted, toData, ignore, names.length);
  });
}

async function evaluateRefer(predictor: Predictor, data: string, options: EvaluateOptions): Promise<Sums> {
  const opened = await openReferData(data, dataOptions(options));
  const photoOf = createPhotoOpener();
  return scoreAll(opened, {}, referEvaluation.empty, options, async (item) => {
    const image = await photoOf(item);
    const truth = item.truth && ofShape(item.id, image, await item.truth());
    const answer = await undefinedIfUnread(predictor.refer(image, item.expression, options));
    const found = answer ?? emptyAnswer(image, predictor, options);
    const signal = answer
      ? signalScore(answer, predictor.config.tasks.refer?.absence?.threshold, !truth)
      : { unread: [1] };
    if (!truth) return { ...absentScore(found.mask), ...signal };
    const { width, height, data: wanted } = truth;
    // The paper compares at the network's output size of 512×512, with truth resized by the nearest pixel.
    const score =
      options.protocol === 'paper'
        ? referScore(found.mask, resizeLabels(wanted, width, height, found.width, found.height))
        : referScore(resizeLabels(found.mask, found.width, found.height, width, height), wanted);
    return { ...score, ...signal };
  });
}

/** An empty mask of the size that an answer would have. */
function emptyAnswer(
  { width, height }: RgbImage,
  { config }: Predictor,
  { protocol }: EvaluateOptions,
): MaskPrediction {
  const { w, h } =
    protocol === 'paper' ? geometry(protocol, 'refer', width, height, config.working).resized : { w: width, h: height };
  return { width: w, height: h, mask: new Uint8Array(w * h) };
}

/** Hex digits of the hash that identifies the data. */
const HASH_DIGITS = 12;

/** Identifies all items, even if a shard or a limit selects some, because results of all shards go into one file. */
async function identify({ items, definition, split, files }: Opened<Identified>, scoring: object): Promise<string> {
  const what = [definition, scoring, items.map(({ id }) => id), await fingerprints(files())];
  const hash = `data ${sha256(JSON.stringify(what)).slice(0, HASH_DIGITS)}`;
  return split === undefined ? hash : `${split}, ${hash}`;
}

/**
 * Returns the truth if its aspect ratio equals the photo's, up to the rounding of a pixel; its size may differ.
 * @throws VpdError bad-file
 */
function ofShape<T extends Pick<Truth<unknown>, 'width' | 'height'>>(id: string, photo: RgbImage, truth: T): T {
  const { width, height } = truth;
  const pixel = Math.max(width, height, photo.width, photo.height);
  if (Math.abs(width * photo.height - height * photo.width) > pixel)
    throw new VpdError(
      'bad-file',
      `${id}: its truth has ${width}×${height} px and its photo ${photo.width}×${photo.height} (EXIF orientation applied), which is another shape; give truth of the photo's shape.`,
    );
  return truth;
}

interface Identified {
  readonly id: string;
}
interface Opened<T extends Identified> extends Data {
  readonly items: readonly T[];
}

async function scoreAll<T extends Identified>(
  data: Opened<T>,
  scoring: object,
  empty: Sums,
  { shard, limit, openLog, onProgress }: EvaluateOptions,
  score: (item: T) => Promise<Sums>,
): Promise<Sums> {
  const selected = takeShard(data.items, shard, limit);
  const log = await openLog?.(empty, await identify(data, scoring));
  let sums = empty;
  let known = 0;
  for (const [index, item] of selected.entries()) {
    let one = log?.known(item.id);
    if (one) known++;
    else {
      one = await score(item);
      await log?.append(item.id, one);
    }
    sums = addSums(sums, one);
    onProgress?.(index + 1, known, selected.length);
  }
  return sums;
}
