import type { Choice, DeviceWish } from '../engine/device.ts';
import { displayBitmap } from '../engine/display.ts';
import { refuseMisfit } from '../engine/fit.ts';
import type { Handlers } from '../engine/host.ts';
import { createQueue, type Job, throwIfCancelled, timed } from '../engine/job.ts';
import { createPipeline, type Pipeline } from '../engine/pipeline.ts';
import { createPixels } from '../engine/pixels.ts';
import type { PackSource, PhotoInfo } from '../engine/protocol.ts';
import type { Runtime } from '../engine/runtime.ts';
import { checkHalf, inSingle, withCapture } from '../engine/self-check.ts';
import { notStarted, warmUp } from '../engine/warm-up.ts';
import { VpdError } from '../errors.ts';
import { cameraFov } from '../image/camera.ts';
import type { DecodedImage } from '../image/decode-web.ts';
import { runDepth } from '../tasks/depth/run.ts';
import type { TaskPhoto } from '../tasks/options.ts';
import { readPrompt } from '../tasks/prompt.ts';
import { runRefer } from '../tasks/refer/run.ts';
import { keepKey, runAblation } from '../tasks/refer/without/ablate.ts';
import { runRawMaps } from '../tasks/refer/words/raw-maps.ts';
import { runZeroShot } from '../tasks/refer/zero-shot/zero-shot.ts';
import { keepKey as classesKey, runClassAblation } from '../tasks/segment/ablate.ts';
import { runSegment } from '../tasks/segment/run.ts';
import { atLongSide, type Pack } from '../weights/pack.ts';
import type { ReadPack } from './read-pack.ts';

/** Results are as fine as a large screen shows them; a plane of f32 is then at most 9 MB. */
const MAX_RESULT_SIDE = 1536;

export interface Surroundings {
  readonly choose: (wish: DeviceWish) => Promise<Choice>;
  readonly load: (choice: Choice) => Promise<Runtime>;
  readonly read: (source: PackSource, job: Job) => Promise<ReadPack>;
  /** Told the device's last words. Called at most once. */
  readonly onDeviceLost: (message: string) => void;
}

interface Device {
  readonly wish: string;
  readonly choice: Choice;
  readonly runtime: Runtime;
  /** ORT makes one session at a time. Rejects where the runtime does not start. */
  readonly started: Promise<void>;
}

/** The engine in a worker: one device, one open pack, many photos. */
export function createHandlers({ choose, load, read, onDeviceLost }: Surroundings): Handlers {
  const photos = createPixels();
  const order = createQueue();
  let device: Device | undefined;
  let pipeline: Pipeline | undefined;
  /** By what the open pack's metres are multiplied. */
  let nearer = 1;
  let letGoOfPack = (): void => undefined;

  /** The device and its runtime are kept when another pack is opened; ORT takes one build per worker. */
  async function openDevice(wish: DeviceWish): Promise<Device> {
    const key = JSON.stringify(wish);
    if (device?.wish === key) return device;
    if (device)
      throw new VpdError(
        'bad-request',
        'The backend of a running engine cannot be changed; close the engine and make another.',
      );
    const choice = await choose(wish);
    const runtime = await load(choice).catch((thrown) => {
      throw notStarted(thrown);
    });
    choice.device?.lost.then(({ reason, message }) => {
      if (reason !== 'destroyed') onDeviceLost(message);
    });
    device = { wish: key, choice, runtime, started: warmUp(runtime) };
    return device;
  }

  /** What was wrong with half precision for a pack, by the pack's hash; undefined where it can be used. */
  const verdicts = new Map<string, string | undefined>();

  /** Half precision must prove itself with every pack: its weights decide what overflows, the driver whether the kernels are right. */
  async function trusted(pack: Pack, { choice, runtime }: { choice: Choice; runtime: Runtime }, job: Job) {
    if (choice.report.backend !== 'webgpu-f16') return { report: choice.report, runtime };
    const { hash } = pack.summary;
    let single: Runtime | undefined;
    if (!verdicts.has(hash)) {
      job.onProgress?.({ label: 'Checking half precision', done: 0, total: 0, unit: 'steps' });
      single = await load(inSingle(choice, ''));
      verdicts.set(hash, await checkHalf(pack, runtime, single, job));
    }
    const wrong = verdicts.get(hash);
    if (wrong === undefined) return { report: choice.report, runtime };
    const instead = inSingle(choice, wrong);
    return { report: instead.report, runtime: single ?? (await load(instead)) };
  }

  /** The device as this pack can use it. */
  async function proven(pack: Pack, opened: Device, capture: DeviceWish['capture'], job: Job) {
    const half = await trusted(pack, opened, job);
    if (!half.runtime.capture && capture !== 'on') return half;
    job.onProgress?.({ label: 'Checking graph capture', done: 0, total: 0, unit: 'steps' });
    return withCapture(pack, half, job);
  }

  function ready(): Pipeline {
    if (!pipeline) throw new VpdError('bad-request', 'No pack is open; open one first.');
    return pipeline;
  }

  /** Requests run in the order in which they came, so that work sent before the pack is open waits for it. */
  const run = <T>(job: Job, work: () => Promise<T>): Promise<T> => order(work, job.signal);
  const taskPhoto = async (photo: string, job: Job): Promise<TaskPhoto> => ({
    key: `photo:${photo}`,
    image: await timed(job, 'decode', () => photos.get(photo)),
  });

  return {
    open: ({ pack: source, force, float, capture, longSide, anyway = false }, job) =>
      run(job, async () => {
        job.onProgress?.({ label: 'Choosing a device', done: 0, total: 0, unit: 'steps' });
        const wish: DeviceWish = {
          ...(force ? { force } : {}),
          ...(float ? { float } : {}),
          ...(capture ? { capture } : {}),
        };
        const opened = await openDevice(wish);
        const reading = timed(job, 'download', () => read(source, job));
        // Both come at the same time. A runtime that does not start is told first: without it the pack is of no use.
        reading.catch(() => undefined);
        await opened.started;
        const { pack: own, from, letGo } = await reading;
        try {
          const pack = atLongSide(own, longSide);
          const { summary, config } = pack;
          if ('stored' in source && !anyway) refuseMisfit(config, config.weights, opened.choice.report);
          // Gives its memory back, for the checks; it stays the open one until the new one has passed them.
          await pipeline?.release();
          const { report, runtime } = await proven(own, opened, capture, job);
          throwIfCancelled(job);
          pipeline = createPipeline(pack, runtime);
          // What is seen half as large looks twice as far away; metres that are scaled back hold for the lens that they held for before.
          nearer = config.working.longSide / own.config.working.longSide;
          letGoOfPack();
          letGoOfPack = letGo;
          return { device: report, pack: summary, from, runtime: runtime.files ?? [], timings: job.timings };
        } catch (thrown) {
          letGo();
          throw thrown;
        }
      }),
    addPhoto({ photo, name, file }, job) {
      pipeline?.forget(`photo:${photo}:`);
      const show = async ({ image, header }: DecodedImage): Promise<PhotoInfo> => {
        const { width, height } = image;
        return { photo, width, height, fov: cameraFov(header), bitmap: await displayBitmap(image) };
      };
      return photos.add(photo, name, file, show, job.signal);
    },
    async forgetPhoto({ photo }) {
      photos.forget(photo);
      pipeline?.forget(`photo:${photo}:`);
      return null;
    },
    depth: ({ photo, scene }, job) =>
      run(job, async () =>
        runDepth(
          ready(),
          await taskPhoto(photo, job),
          { maxSide: MAX_RESULT_SIDE, scale: nearer, ...(scene === undefined ? {} : { scene }) },
          job,
        ),
      ),
    refer: ({ photo, prompt, zeroShot = false }, job) =>
      run(job, async () => {
        const image = await taskPhoto(photo, job);
        if (zeroShot || !ready().config.tasks.refer)
          return runZeroShot(ready(), image, prompt, { maxSide: MAX_RESULT_SIDE }, job);
        const keep = keepKey(image, await readPrompt(ready().config, prompt), {});
        const {
          logits: _,
          cues: __,
          ...result
        } = await runRefer(ready(), image, prompt, { maxSide: MAX_RESULT_SIDE, keep }, job);
        return result;
      }),
    ablate: ({ photo, prompt, tokens }, job) =>
      run(job, async () =>
        runAblation(ready(), await taskPhoto(photo, job), prompt, tokens, { maxSide: MAX_RESULT_SIDE }, job),
      ),
    rawMaps: ({ photo, prompt }, job) =>
      run(job, async () => runRawMaps(ready(), await taskPhoto(photo, job), prompt, job)),
    segment: ({ photo }, job) =>
      run(job, async () => {
        const image = await taskPhoto(photo, job);
        const keep = classesKey(image, {});
        return runSegment(ready(), image, { maxSide: MAX_RESULT_SIDE, keep }, job);
      }),
    ablateClasses: ({ photo, classes }, job) =>
      run(job, async () =>
        runClassAblation(ready(), await taskPhoto(photo, job), classes, { maxSide: MAX_RESULT_SIDE }, job),
      ),
    async tokenize({ prompt }) {
      const { tokens, words, cut } = await readPrompt(ready().config, prompt);
      return { tokens, words, cut };
    },
  };
}
