import { resourceUsage } from 'node:process';
import { parseArgs } from 'node:util';
import type { Tensor } from 'onnxruntime-common';
import type { Job } from '../../engine/job.ts';
import type { Ort } from '../../engine/runtime.ts';
import { createSessions, weightBytes } from '../../engine/sessions.ts';
import type { GraphPort } from '../../vpd/graph.ts';
import type { CliIo, Command } from '../command.ts';
import { openPackFolder, verifyPackFiles } from '../files/pack-files.ts';
import { packGraphs, parseSize, workingSize } from '../graphs.ts';
import { RUNTIME_HELP, RUNTIME_OPTIONS, required, runtimeOptions, wholeNumber } from '../options.ts';
import { openNodeRuntime } from '../runtime-node.ts';

const help = `Usage: npm run vpd -- bench --pack DIR [OPTIONS]

Runs every network of a pack on a synthetic input and prints its cost: time to build its session, fastest run, operations and size of its
weights; and the peak memory of the process.

  --pack DIR             a pack: config.json and its .safetensors files, whose sha256 is checked
  --size WxH             network input (default: a 4:3 photo at the pack's working size)
  --repeat N             runs per stage after a warm-up run (default 3); the fastest counts
  --json                 one JSON object
${RUNTIME_HELP}`;

interface StageFigures {
  readonly stage: string;
  /** Session creation. */
  readonly buildMs: number;
  /** Fastest run. */
  readonly ms: number;
  readonly gmac: number;
  /** Two operations per multiply–accumulate. */
  readonly gflops: number;
  /** Megabytes of 10⁶ bytes. */
  readonly weightMb: number;
  /** Sum of all tensors between two operations; a runtime that reuses buffers needs less at once. */
  readonly tensorsMb: number;
  /** The largest of them. */
  readonly largestMb: number;
}

/** A smooth input in [−1,1]: with equal values, GroupNorm would divide 0 by 0. Ids are 1, a single id is 0; both are valid in every table. */
function syntheticInput(ort: Ort, { type, dims }: GraphPort): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  if (type === 'int32') return new ort.Tensor('int32', new Int32Array(count).fill(count > 1 ? 1 : 0), dims);
  return new ort.Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 0.37)),
    dims,
  );
}

async function run(args: readonly string[], io: CliIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pack: { type: 'string' },
      size: { type: 'string' },
      repeat: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      ...RUNTIME_OPTIONS,
    },
  });
  const folder = required('--pack', values.pack);
  const repeat = wholeNumber('--repeat', values.repeat, 1) ?? 1;
  const options = runtimeOptions(values);
  const pack = await openPackFolder(folder);
  const size = values.size === undefined ? workingSize(pack.config) : parseSize(values.size);
  const runtime = await openNodeRuntime(folder, options);
  await verifyPackFiles(pack, io);
  const sessions = createSessions(pack, runtime);

  const stages: StageFigures[] = [];
  for (const [stage, spec] of packGraphs(pack.config, size)) {
    const job: Job = { timings: [] };
    const { session, built } = await sessions.open(spec, [], job);
    const feeds = Object.fromEntries(built.inputs.map((port) => [port.name, syntheticInput(runtime.ort, port)]));
    await session.run(feeds);
    let ms = Number.POSITIVE_INFINITY;
    for (let i = 0; i < repeat; i++) {
      const start = performance.now();
      await session.run(feeds);
      ms = Math.min(ms, performance.now() - start);
    }
    stages.push({
      stage,
      buildMs: job.timings[0]?.ms ?? 0,
      ms,
      gmac: built.macs / 1e9,
      gflops: (2 * built.macs) / ms / 1e6,
      weightMb: weightBytes(pack.index, spec) / 1e6,
      tensorsMb: built.activations / 1e6,
      largestMb: built.largest / 1e6,
    });
    // One session at a time, so that the peak memory is that of the largest stage.
    sessions.release();
  }
  // Kibibytes on Linux and macOS alike in Node.
  const peakMb = (resourceUsage().maxRSS * 1024) / 1e6;
  if (values.json) {
    io.out(
      JSON.stringify({ pack: pack.config.name, weights: pack.config.weights, ...size, ...options, stages, peakMb }),
    );
    return 0;
  }
  io.out(`${pack.config.name} (${pack.config.weights}), input ${size.width}×${size.height}, ${options.runtime}`);
  io.out('stage         build ms    run ms      GMAC   GFLOP/s  weights MB  tensors MB  largest MB');
  for (const { stage, buildMs, ms, gmac, gflops, weightMb, tensorsMb, largestMb } of stages)
    io.out(
      stage.padEnd(12) +
        buildMs.toFixed(0).padStart(10) +
        ms.toFixed(1).padStart(10) +
        gmac.toFixed(3).padStart(10) +
        gflops.toFixed(1).padStart(10) +
        [weightMb, tensorsMb, largestMb].map((size) => size.toFixed(1).padStart(12)).join(''),
    );
  io.out(`peak memory ${peakMb.toFixed(0)} MB`);
  return 0;
}

export const command: Command = {
  summary: 'time, operations and weights of every stage, and memory',
  help,
  run,
};
