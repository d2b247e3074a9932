import type { Link, Plane, Stages } from '../engine/pipeline.ts';
import { VpdError } from '../errors.ts';
import { cutWindow, type Geometry, geometry, toPlanes, type Window } from '../image/fit.ts';
import type { TaskId, VpdConfig } from '../vpd/config.ts';
import type { GraphSpec } from '../vpd/graph.ts';
import { givenLatent } from './given-tensors.ts';
import type { TaskOptions, TaskPhoto } from './options.ts';

type Network = 'depth' | 'logits';

/** A network's output for the whole photo, at the resized (not padded) size: f32 [channels,height,width]. */
export interface Prediction {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
  readonly geometry: Geometry;
  /** All outputs of the network for the first window, not mirrored. */
  readonly first: ReadonlyMap<string, Plane>;
}

/** Mirrors every row of `width` values in place. */
export function mirrorRows(data: Float32Array, width: number): Float32Array {
  for (let start = 0; start < data.length; start += width) data.subarray(start, start + width).reverse();
  return data;
}

/**
 * Runs a task's network over the windows of a photo (and of its mirror image) and averages the outputs where they overlap.
 * @param context the network's inputs besides the latent
 * @throws VpdError bad-request: a latent is given with several windows or with `flip`, or has other dimensions
 */
export async function predict(
  stages: Stages,
  config: VpdConfig,
  task: TaskId,
  output: Network,
  photo: TaskPhoto,
  context: Readonly<Record<string, Link | Int32Array>>,
  options: TaskOptions,
): Promise<Prediction> {
  const protocol = options.protocol ?? 'fit';
  const sizes = geometry(protocol, task, photo.image.width, photo.image.height, config.working);
  if (options.latent && sizes.windows.length > 1)
    throw new VpdError(
      'bad-request',
      `A latent was given, but this protocol cuts the photo into ${sizes.windows.length} windows; use “fit” or “direct”.`,
    );
  if (options.latent && options.flip)
    throw new VpdError(
      'bad-request',
      'A latent was given, but “flip” also needs the latent of the mirrored photo; leave out the latent or the flip.',
    );
  const planes = lazy(() => toPlanes(photo.image, sizes));
  const mirrored = lazy(() => mirrorRows(planes().slice(), sizes.resized.w));
  const sum = createSum(sizes);
  const isKept = (name: string): boolean => isKeptForHead(task, name);
  let first: ReadonlyMap<string, Plane> = new Map();

  for (const [index, window] of sizes.windows.entries()) {
    for (const flip of options.flip ? [false, true] : [false]) {
      const seen = flip ? { ...window, x: sizes.resized.w - window.x - window.w } : window;
      const key = latentKey(photo, sizes, window, flip);
      const latent = options.latent
        ? givenLatent(stages, options.latent, config, sizes)
        : await stages.latent(key, sizes.padded, () => cutWindow(flip ? mirrored() : planes(), sizes, seen));
      const leading = index === 0 && !flip;
      if (leading && options.observe) options.observe('latent', await latent.read());
      const spec = specOf(config, task, sizes, window, options, leading);
      const results =
        leading && options.keep !== undefined
          ? await readable(
              await stages.keep(options.keep, spec, { latent, ...context }, isKept),
              isKept,
              options.features ?? false,
            )
          : await stages.run(spec, { latent, ...context });
      const plane = results.get(output);
      if (!plane) throw new VpdError('internal', `The ${task} network gave no “${output}”.`);
      if (leading) {
        first = results;
        if (options.observe) for (const [name, value] of results) if (name !== output) options.observe(name, value);
      }
      sum.add(flip ? mirrorRows(plane.data, window.w) : plane.data, window);
    }
  }
  return { ...sum.mean(), geometry: sizes, first };
}

/**
 * True if an output is kept for another run of the head: the head's inputs, and the two logits of a phrase, with which its answer is
 * compared. The logits of 150 classes would be 157 MB at 512², so only their labels are kept (segment/run.ts).
 */
const isKeptForHead = (task: TaskId, output: string): boolean =>
  /^(feature|maps)\d+$/.test(output) || (task === 'refer' && output === 'logits');

/** Reads a network's outputs for the task: all except the features, unless `features` is set. Kept outputs are copied. */
async function readable(
  links: ReadonlyMap<string, Link>,
  isKept: (name: string) => boolean,
  features: boolean,
): Promise<ReadonlyMap<string, Plane>> {
  const planes = new Map<string, Plane>();
  for (const [name, link] of links)
    if (features || !name.startsWith('feature')) {
      const { dims, data } = await link.read();
      // The buffers of results are transferred to the page.
      planes.set(name, { dims, data: isKept(name) ? data.slice() : data });
    }
  return planes;
}

function specOf(
  config: VpdConfig,
  task: TaskId,
  sizes: Geometry,
  window: Window,
  options: TaskOptions,
  leading: boolean,
): GraphSpec {
  const outputs: ('maps' | 'features' | 'rawMaps')[] = [];
  // All windows use one variant of the graph, and so one session; maps are shown only for a photo that is a single window.
  if ((config.tasks[task]?.maps.length ?? 0) > 0 && sizes.windows.length === 1 && !options.flip) outputs.push('maps');
  if ((options.features || options.keep !== undefined) && leading) outputs.push('features');
  if (options.rawMaps) outputs.push('rawMaps');
  return {
    graph: 'task',
    task,
    height: sizes.padded.h,
    width: sizes.padded.w,
    rows: window.h,
    cols: window.w,
    outputs,
  };
}

/** Key under which a window's latent is cached; it starts with the photo's key, so that it is removed with the photo. */
export function latentKey(photo: TaskPhoto, { resized, padded }: Geometry, window: Window, flip = false): string {
  const { x, y, w, h } = window;
  const place = `${resized.w}x${resized.h}:${padded.w}x${padded.h}:${x},${y},${w}x${h}`;
  return [photo.key, place, flip ? 'mirrored' : ''].join(':');
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Sums predictions of windows over the resized photo and counts how many cover each pixel. */
function createSum({ resized: { w: width, h: height } }: Geometry) {
  const whole = (window: Window): boolean => window.w === width && window.h === height;
  const counts = new Uint16Array(width * height);
  let data: Float32Array | undefined;
  let channels = 0;
  let added = 0;
  return {
    add(values: Float32Array, window: Window): void {
      channels = values.length / (window.w * window.h);
      added++;
      if (!data && whole(window)) {
        data = values;
        counts.fill(1);
        return;
      }
      data ??= new Float32Array(channels * width * height);
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < window.h; y++) {
          const from = (c * window.h + y) * window.w;
          const to = (c * height + window.y + y) * width + window.x;
          for (let x = 0; x < window.w; x++) data[to + x] = (data[to + x] ?? 0) + (values[from + x] ?? 0);
        }
      for (let y = 0; y < window.h; y++) {
        const to = (window.y + y) * width + window.x;
        for (let x = 0; x < window.w; x++) counts[to + x] = (counts[to + x] ?? 0) + 1;
      }
    },
    mean() {
      const sum = data ?? new Float32Array(0);
      if (added > 1) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) / (counts[i % counts.length] ?? 1);
      return { channels, width, height, data: sum };
    },
  };
}
