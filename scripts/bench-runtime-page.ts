/// <reference types="vite/client" />
/** The part of bench-runtime.ts in the page: pipelines that pass tensors and work to the GPU in different ways, in turn on one device. */
import { chooseDevice } from '../src/engine/device.ts';
import { fetchPack } from '../src/engine/fetch-pack.ts';
import type { Job } from '../src/engine/job.ts';
import { openRuntime } from '../src/engine/ort-web.ts';
import { createPipeline } from '../src/engine/pipeline.ts';
import { withCapture } from '../src/engine/self-check.ts';
import { runDepth } from '../src/tasks/depth/run.ts';
import { runRefer } from '../src/tasks/refer/run.ts';

interface RuntimeBench {
  readonly device: string;
  readonly times: readonly { readonly way: string; readonly what: string; readonly ms: number }[];
}

const PROMPTS = [
  'the red chair',
  'the bed',
  'the table on the left',
  'the window',
  'a lamp',
  'the blue shelf',
  'the door',
];

const job = (): Job => ({ timings: [] });

/** Measures a new photo and a new prompt per round and way; the first round, which builds the networks, is not counted. */
export async function benchRuntime(packUrl: string, side: number, rounds: number): Promise<RuntimeBench> {
  const choice = await chooseDevice(
    { force: 'webgpu', capture: 'on' },
    {
      gpu: navigator.gpu,
      isSecureContext,
      crossOriginIsolated,
      sharedMemory: true,
      cores: navigator.hardwareConcurrency,
      jspi: 'Suspending' in WebAssembly,
    },
  );
  const opened = await fetchPack(packUrl, job());
  const pack = { ...opened, config: { ...opened.config, working: { ...opened.config.working, longSide: side } } };
  const { report, runtime } = await withCapture(
    pack,
    { report: choice.report, runtime: await openRuntime(choice) },
    job(),
  );
  const { capture, ...plain } = runtime;
  const ways = {
    'through the CPU': createPipeline(pack, { ...plain, gpuTensors: false }),
    'kept on the GPU': createPipeline(pack, plain),
    ...(capture ? { 'recorded and replayed': createPipeline(pack, { ...plain, capture }) } : {}),
  };
  const times: { way: string; what: string; ms: number }[] = [];
  for (let round = 0; round <= rounds; round++)
    for (const [way, pipeline] of Object.entries(ways)) {
      const data = Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * (round + 3)) % 251);
      const photo = { key: `photo:${round}`, image: { width: side, height: side, data } };
      const did = async (what: string, work: () => Promise<unknown>): Promise<void> => {
        const began = performance.now();
        await work();
        if (round > 0) times.push({ way, what, ms: performance.now() - began });
      };
      await did('depth of a new photo', () => runDepth(pipeline, photo, {}, job()));
      await did('another prompt', () => runRefer(pipeline, photo, PROMPTS[round % PROMPTS.length] ?? '', {}, job()));
    }
  return { device: `${report.adapter ?? ''}: ${report.reason}`, times };
}
