import type { Choice, DeviceOptions } from '../engine/device.ts';
import { cropBitmap, displayBitmap } from '../engine/display.ts';
import { assertFits } from '../engine/fit.ts';
import type { Handlers } from '../engine/host.ts';
import { createQueue, type Job, throwIfCancelled, timed } from '../engine/job.ts';
import { createPipeline, type Pipeline } from '../engine/pipeline.ts';
import { createPixels } from '../engine/pixels.ts';
import type { PackSource, PhotoInfo } from '../engine/protocol.ts';
import type { Runtime } from '../engine/runtime.ts';
import { checkHalf, withCapture, withoutHalf } from '../engine/self-check.ts';
import { notStarted, warmUp } from '../engine/warm-up.ts';
import { VpdError } from '../errors.ts';
import { cameraFov } from '../image/camera.ts';
import type { DecodedImage } from '../image/formats/decode-web.ts';
import { runDepth } from '../tasks/depth/run.ts';
import { MAX_RESULT_SIDE, type TaskPhoto } from '../tasks/options.ts';
import { readPrompt } from '../tasks/prompt.ts';
import { keptOutputsKey, runAblation } from '../tasks/refer/ablation/ablate.ts';
import { runRefer } from '../tasks/refer/run.ts';
import { runRawMaps } from '../tasks/refer/words/raw-maps.ts';
import { runZeroShot } from '../tasks/refer/zero-shot/zero-shot.ts';
import { keptOutputsKey as classOutputsKey, runClassAblation } from '../tasks/segment/ablate.ts';
import { runSegment } from '../tasks/segment/run.ts';
import { atLongSide, type Pack } from '../weights/pack/pack.ts';
import type { ReadPack } from './read-pack.ts';

/** The parts of a worker that tests replace. */
export interface Environment {
  readonly choose: (options: DeviceOptions) => Promise<Choice>;
  readonly load: (choice: Choice) => Promise<Runtime>;
  readonly read: (source: PackSource, job: Job) => Promise<ReadPack>;
  /** Called at most once, with the browser's message about the lost device. */
  readonly onDeviceLost: (message: string) => void;
}

interface Device {
  /** The options that it was chosen for, as JSON. */
  readonly key: string;
  readonly choice: Choice;
  readonly runtime: Runtime;
  /** Resolves once the runtime has started; rejects if it does not start. Waited for, because ORT creates one session at a time. */
  readonly started: Promise<void>;
}

/** Creates the engine's handlers in a worker: one device, one open pack, many photos. */
export function createHandlers({ choose, load, read, onDeviceLost }: Environment): Handlers {
  const photos = createPixels();
  const queue = createQueue();
  let device: Device | undefined;
  let pipeline: Pipeline | undefined;
  /** Factor for the open pack's metres. */
  let depthScale = 1;
  let releasePack = (): void => undefined;

  /** Returns the device and its runtime. Both are kept when another pack is opened, because a worker can load only one build of ORT. */
  async function openDevice(options: DeviceOptions): Promise<Device> {
    const key = JSON.stringify(options);
    if (device?.key === key) return device;
    if (device)
      throw new VpdError(
        'bad-request',
        'The backend of a running engine cannot be changed; close the engine and create a new one.',
      );
    const choice = await choose(options);
    const runtime = await load(choice).catch((thrown) => {
      throw notStarted(thrown);
    });
    choice.device?.lost.then(({ message }) => onDeviceLost(message));
    device = { key, choice, runtime, started: warmUp(runtime) };
    return device;
  }

  /** By a pack's hash: what is wrong with half precision for it, or undefined if it can be used. */
  const verdicts = new Map<string, string | undefined>();

  /** Falls back to single precision if half fails its check. Every pack is checked, because its weights decide what overflows. */
  async function checkPrecision(pack: Pack, { choice, runtime }: { choice: Choice; runtime: Runtime }, job: Job) {
    if (choice.report.backend !== 'webgpu-f16') return { report: choice.report, runtime };
    const { hash } = pack.summary;
    let single: Runtime | undefined;
    if (!verdicts.has(hash)) {
      job.onProgress?.({ label: 'Checking half precision', done: 0, total: 0, unit: 'steps' });
      single = await load(withoutHalf(choice, ''));
      verdicts.set(hash, await checkHalf(pack, runtime, single, job));
    }
    const wrong = verdicts.get(hash);
    if (wrong === undefined) return { report: choice.report, runtime };
    const instead = withoutHalf(choice, wrong);
    return { report: instead.report, runtime: single ?? (await load(instead)) };
  }

  /** Checks half precision and recording for a pack, and returns the runtime that it can use. */
  async function checkDevice(pack: Pack, opened: Device, capture: DeviceOptions['capture'], job: Job) {
    const checked = await checkPrecision(pack, opened, job);
    if (!checked.runtime.capture && capture !== 'on') return checked;
    job.onProgress?.({ label: 'Checking graph capture', done: 0, total: 0, unit: 'steps' });
    return withCapture(pack, checked, job);
  }

  function openPipeline(): Pipeline {
    if (!pipeline) throw new VpdError('bad-request', 'No pack is open; open one first.');
    return pipeline;
  }

  /** Runs requests in the order in which they came, so that those sent while a pack is being opened wait for it. */
  const run = <T>(job: Job, work: () => Promise<T>): Promise<T> => queue(work, job.signal);
  const taskPhoto = async (photo: string, job: Job): Promise<TaskPhoto> => ({
    key: `photo:${photo}`,
    image: await timed(job, 'decode', () => photos.get(photo)),
  });

  return {
    open: ({ pack: source, force, float, capture, longSide, anyway = false }, job) =>
      run(job, async () => {
        job.onProgress?.({ label: 'Choosing a device', done: 0, total: 0, unit: 'steps' });
        const options: DeviceOptions = {
          ...(force ? { force } : {}),
          ...(float ? { float } : {}),
          ...(capture ? { capture } : {}),
        };
        const opened = await openDevice(options);
        const reading = timed(job, 'download', () => read(source, job));
        // Both load at the same time. A runtime that does not start is reported first, because the pack is useless without it.
        let started = false;
        const onRead = (): void => {
          if (!started) job.onProgress?.({ label: 'Loading the runtime', done: 0, total: 0, unit: 'steps' });
        };
        reading.then(onRead, () => undefined);
        await opened.started;
        started = true;
        const { pack: own, from, release } = await reading;
        try {
          const pack = atLongSide(own, longSide);
          const { summary, config } = pack;
          if ('stored' in source && !anyway) assertFits(config, config.weights, opened.choice.report);
          // Frees its memory for the checks. It stays the open pipeline until the new pack has passed them.
          await pipeline?.release();
          const { report, runtime } = await checkDevice(own, opened, capture, job);
          throwIfCancelled(job);
          pipeline = createPipeline(pack, runtime);
          // At half the size, objects look twice as far away. The factor corrects this, so that metres hold for the same lens.
          depthScale = config.working.longSide / own.config.working.longSide;
          releasePack();
          releasePack = release;
          return { device: report, pack: summary, from, runtime: runtime.files ?? [], timings: job.timings };
        } catch (thrown) {
          release();
          throw thrown;
        }
      }),
    addPhoto({ photo, name, file }, job) {
      pipeline?.forget(`photo:${photo}:`);
      const show = async ({ image, header, notes }: DecodedImage): Promise<PhotoInfo> => {
        const { width, height } = image;
        return { photo, width, height, fov: cameraFov(header), notes, bitmap: await displayBitmap(image) };
      };
      return photos.add(photo, name, file, show, job.signal);
    },
    async crop({ photo, crop }, job) {
      const image = await photos.get(photo);
      throwIfCancelled(job);
      return { bitmap: await cropBitmap(image, crop) };
    },
    async forgetPhoto({ photo }) {
      photos.forget(photo);
      pipeline?.forget(`photo:${photo}:`);
      return null;
    },
    depth: ({ photo, scene }, job) =>
      run(job, async () =>
        runDepth(
          openPipeline(),
          await taskPhoto(photo, job),
          { maxSide: MAX_RESULT_SIDE, scale: depthScale, ...(scene === undefined ? {} : { scene }) },
          job,
        ),
      ),
    refer: ({ photo, prompt, zeroShot = false }, job) =>
      run(job, async () => {
        const image = await taskPhoto(photo, job);
        if (zeroShot || !openPipeline().config.tasks.refer)
          return runZeroShot(openPipeline(), image, prompt, { maxSide: MAX_RESULT_SIDE }, job);
        const keep = keptOutputsKey(image, await readPrompt(openPipeline().config, prompt), {});
        const {
          logits: _,
          cues: __,
          ...result
        } = await runRefer(openPipeline(), image, prompt, { maxSide: MAX_RESULT_SIDE, keep }, job);
        return result;
      }),
    ablate: ({ photo, prompt, tokens }, job) =>
      run(job, async () =>
        runAblation(openPipeline(), await taskPhoto(photo, job), prompt, tokens, { maxSide: MAX_RESULT_SIDE }, job),
      ),
    rawMaps: ({ photo, prompt }, job) =>
      run(job, async () => runRawMaps(openPipeline(), await taskPhoto(photo, job), prompt, job)),
    segment: ({ photo }, job) =>
      run(job, async () => {
        const image = await taskPhoto(photo, job);
        const keep = classOutputsKey(image, {});
        return runSegment(openPipeline(), image, { maxSide: MAX_RESULT_SIDE, keep }, job);
      }),
    ablateClasses: ({ photo, classes }, job) =>
      run(job, async () =>
        runClassAblation(openPipeline(), await taskPhoto(photo, job), classes, { maxSide: MAX_RESULT_SIDE }, job),
      ),
    async tokenize({ prompt }) {
      const { tokens, words, cut } = await readPrompt(openPipeline().config, prompt);
      return { tokens, words, cut };
    },
  };
}
