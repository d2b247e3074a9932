import type { Job } from '../../engine/job.ts';
import type { Pipeline } from '../../engine/pipeline.ts';
import type { DepthResult } from '../../engine/results.ts';
import { VpdError } from '../../errors.ts';
import { enlargeMetres } from '../../image/enlarge.ts';
import { range } from '../../image/planes.ts';
import { resultSize, type TaskOptions, type TaskPhoto } from '../options.ts';
import { predict } from '../windows.ts';

export interface DepthOptions extends TaskOptions {
  /** One of the pack's scenes; the first by default. */
  readonly scene?: string;
  /** Factor by which the network's metres are multiplied; 1 by default. */
  readonly scale?: number;
}

/**
 * Computes the depth of a photo in metres, at the photo's size (or `maxSide`).
 * @throws VpdError missing: the pack has no depth head; bad-request: the pack does not have the scene, or `predict` refuses the photo or options
 */
export async function runDepth(
  pipeline: Pipeline,
  photo: TaskPhoto,
  options: DepthOptions,
  job: Job,
): Promise<DepthResult> {
  const { config } = pipeline;
  const { scale = 1 } = options;
  const task = config.tasks.depth;
  if (!task)
    throw new VpdError(
      'missing',
      `The pack “${config.name}” has no depth head; open a pack that lists the task “depth”.`,
    );
  const { scenes } = task;
  const scene = options.scene === undefined ? 0 : scenes.indexOf(options.scene);
  if (scene < 0)
    throw new VpdError('bad-request', `The pack knows no scene “${options.scene}”; it knows ${scenes.join(', ')}.`);

  return pipeline.exclusive(job, async (stages) => {
    const result = await predict(stages, config, 'depth', 'depth', photo, { scene: Int32Array.of(scene) }, options);
    const { width, height } = options.atInputSize ? result : resultSize(photo.image, options.maxSide);
    const metres = await stages.timed('resize', () => {
      const how = options.atInputSize ? {} : { ...task, ...options };
      return enlargeMetres(result.data, photo.image, result, { width, height }, how);
    });
    if (scale !== 1) for (let i = 0; i < metres.length; i++) metres[i] = scale * (metres[i] ?? 0);
    const [min, max] = range(metres);
    return { width, height, metres, min, max, timings: job.timings };
  });
}
