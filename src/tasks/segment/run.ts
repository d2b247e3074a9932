import type { Job } from '../../engine/job.ts';
import type { Pipeline, Stages } from '../../engine/pipeline.ts';
import type { SegmentResult } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { type Enlarge, enlargeTo } from '../../image/enlarge.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import { croppedMaps } from '../cropped-maps.ts';
import { resultSize, type TaskOptions, type TaskPhoto } from '../options.ts';
import { type Prediction, predict } from '../windows.ts';
import { presentClasses } from './present-classes.ts';

/**
 * Computes the class of every pixel of a photo.
 * @throws VpdError missing: the pack knows no classes; bad-request: `predict` refuses the photo or the options
 */
export async function runSegment(
  pipeline: Pipeline,
  photo: TaskPhoto,
  options: TaskOptions,
  job: Job,
): Promise<SegmentResult> {
  const { config } = pipeline;
  const classes = config.tasks.segment?.classes;
  if (!classes)
    throw new VpdError(
      'missing',
      `The pack “${config.name}” knows no classes; open a pack that lists the task “segment”.`,
    );

  return pipeline.exclusive(job, async (stages) => {
    const { prediction, width, height, labels } = await predictLabels(stages, config, photo, options);
    return {
      width,
      height,
      labels,
      present: presentClasses(labels, classes),
      maps: croppedMaps(prediction.first, prediction.geometry),
      timings: job.timings,
    };
  });
}

/** The class of every pixel of the result, and the network's outputs. */
export interface Labelled extends Pick<SegmentResult, 'width' | 'height' | 'labels'> {
  readonly prediction: Prediction;
}

/** Key under which a result's labels are kept; it starts with `keep`, the key of the network's kept outputs. */
export const labelsKey = (keep: string, { width, height }: Pick<Labelled, 'width' | 'height'>): string =>
  `${keep}:labels ${width}x${height}`;

/** Runs the network and takes the largest logit of each pixel; with `options.keep` the labels are kept, too. */
export async function predictLabels(
  stages: Stages,
  config: VpdConfig,
  photo: TaskPhoto,
  options: TaskOptions,
): Promise<Labelled> {
  const prediction = await predict(stages, config, 'segment', 'logits', photo, {}, options);
  const { channels, data } = prediction;
  options.observe?.('logits', { dims: [channels, prediction.height, prediction.width], data });
  const { width, height } = resultSize(photo.image, options.maxSide);
  const labels = await stages.timed('resize', () =>
    argmaxLabels(
      prediction,
      enlargeTo(photo.image, prediction, { width, height }, { ...config.tasks.segment, ...options }),
    ),
  );
  if (options.keep !== undefined) stages.keepBytes(labelsKey(options.keep, { width, height }), labels);
  return { prediction, width, height, labels };
}

/** Logits [channels,height,width]. */
interface Logits {
  readonly channels: number;
  readonly data: Float32Array;
}

/**
 * Returns the index of the largest logit at each pixel of the result. Planes are enlarged one at a time: 150 classes at 1536×1024 would take
 * 944 MB. Along the photo's edges, which takes longer, only classes that are the largest somewhere at the network's size are.
 */
export function argmaxLabels({ channels, data }: Logits, enlarge: Enlarge): Uint8Array {
  const size = data.length / channels;
  // Not kept from one pass to the next: the fits of 150 classes would take half a gigabyte.
  const plane = (c: number) => enlarge(data.subarray(c * size, (c + 1) * size));
  const all = Array.from({ length: channels }, (_, c) => c);
  const present = plane(0).filtered
    ? new Set(largest(all.map((c) => () => plane(c).filtered?.() ?? new Float32Array(size))))
    : new Set(all);
  const seen = all.filter((c) => present.has(c));
  const labels = largest(seen.map((c) => () => plane(c).enlarged()));
  return labels.map((at) => seen[at] ?? 0);
}

/** Returns at each pixel the index of the plane with the largest value, the first one among equals. */
function largest(planes: readonly (() => Float32Array)[]): Uint8Array {
  let best: Float32Array | undefined;
  let labels = new Uint8Array(0);
  planes.forEach((make, c) => {
    const plane = make();
    if (!best) {
      best = plane.slice();
      labels = new Uint8Array(plane.length);
      return;
    }
    for (let i = 0; i < labels.length; i++) {
      const value = plane[i] ?? 0;
      if (value > (best[i] ?? 0)) {
        best[i] = value;
        labels[i] = c;
      }
    }
  });
  return labels;
}
