/**
 * Opens a pack of any size in a Chromium of its own, runs its autoencoder and one task's network on a small input, and compares with the
 * same graphs in Node on the CPU: does a full-size model load in a browser, and are its outputs right? If the page would refuse to load the
 * pack on wasm, its message is printed, and the pack is loaded nevertheless.
 *
 *   npx tsx scripts/pack-in-chromium.ts --pack DIR [--backend wasm|webgpu] [--size 64] [--task depth|refer|segment] [--runtime node]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openPackFolder } from '../src/cli/files/pack-files.ts';
import { oneOf, required, wholeNumber } from '../src/cli/options.ts';
import { openNodeRuntime } from '../src/cli/runtime-node.ts';
import { difference } from '../src/difference.ts';
import { checkFit } from '../src/engine/fit.ts';
import type { DeviceReport } from '../src/engine/results.ts';
import { createSessions } from '../src/engine/sessions.ts';
import { toVpdError } from '../src/errors.ts';
import { buildGraph } from '../src/vpd/build.ts';
import { TASK_IDS } from '../src/vpd/config.ts';
import type { GraphPort, GraphSpec } from '../src/vpd/graph.ts';
import { type Feed, openChromium } from './chromium-session.ts';

/** Largest difference of float32 on two devices, relative L2. */
const BAR = 1e-3;

const { values } = parseArgs({
  options: {
    pack: { type: 'string' },
    backend: { type: 'string', default: 'wasm' },
    size: { type: 'string', default: '64' },
    task: { type: 'string' },
    runtime: { type: 'string', default: 'node' },
  },
});
const folder = required('--pack', values.pack);
const backend = oneOf<'wasm' | 'webgpu'>('--backend', ['wasm', 'webgpu'], values.backend);
const side = wholeNumber('--size', values.size, 1) ?? 64;
const pack = await openPackFolder(folder);
const tasks = TASK_IDS.filter((id) => pack.config.tasks[id]);
const task = oneOf('--task', tasks, values.task ?? tasks[0]);
const frame = { height: side, width: side };
const specs: readonly GraphSpec[] = [
  { graph: 'vae-encoder', ...frame },
  { graph: 'task', task, ...frame, rows: side, cols: side, outputs: ['features'] },
];

/** A smooth picture in [−1,1]; zeros for an input of ids. */
function feedOf({ type, dims }: GraphPort): Feed {
  const count = dims.reduce((product, size) => product * size, 1);
  const smooth = (i: number): number => Math.sin(i * 0.037) * Math.cos(i * 0.0011);
  return { type, dims, data: Float32Array.from({ length: count }, (_, i) => (type === 'int32' ? 0 : smooth(i))) };
}

/** Peak resident memory of the largest child process (the page's or the GPU's) in MB; 0 except on Linux. */
function largestProcessMb(): number {
  const seen = new Map<number, { readonly parent: number; readonly peak: number }>();
  for (const pid of existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [])
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      seen.set(Number(pid), { parent: field('PPid'), peak: field('VmHWM') / 1024 });
    } catch {
      // The process has ended meanwhile.
    }
  const ours = (pid: number): boolean => {
    const parent = seen.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && ours(parent));
  };
  return Math.max(0, ...[...seen].filter(([pid]) => ours(pid)).map(([, { peak }]) => peak));
}

let peakMb = 0;
setInterval(() => {
  peakMb = Math.max(peakMb, largestProcessMb());
}, 1000).unref();

if (backend === 'wasm') {
  const config = { ...pack.config, working: { ...pack.config.working, longSide: side } };
  const device: DeviceReport = { backend: 'wasm-threads', reason: '', threads: 2, limits: {} };
  const { problems, ways } = checkFit(config, pack.config.weights, device);
  for (const problem of problems) console.log(`the page would say: ${problem}`);
  for (const way of ways) if (way.kind === 'precision') console.log(`  with ${way.weights} weights it would fit`);
}

const runtime = await openNodeRuntime(folder, { runtime: oneOf('--runtime', ['wasm', 'node'], values.runtime) });
const sessions = createSessions(pack, runtime);
const chromium = await openChromium(folder);
let good = true;
try {
  for (const spec of specs) {
    const name = 'task' in spec ? spec.task : spec.graph;
    const target = backend === 'webgpu' ? 'webgpu' : 'plain';
    const built = buildGraph(pack.config, pack.index, spec, { target, float: 'f32' });
    const feeds = Object.fromEntries(built.inputs.map((port) => [port.name, feedOf(port)]));
    const { session } = await sessions.open(spec, [], { timings: [] });
    const tensors = Object.entries(feeds).map(([key, { type, dims, data }]) => [
      key,
      type === 'int32'
        ? new runtime.ort.Tensor('int32', Int32Array.from(data), dims)
        : new runtime.ort.Tensor('float32', Float32Array.from(data), dims),
    ]);
    const want = await session.run(Object.fromEntries(tensors));
    sessions.release();
    peakMb = 0;
    const got = await chromium.run(built, feeds, backend);
    console.log(
      `${name} at ${side}×${side} on ${backend}: loaded in ${(got.loadMs / 1000).toFixed(1)} s, first run ${(got.runMs / 1000).toFixed(1)} s, largest process ${peakMb.toFixed(0)} MB`,
    );
    for (const { name: output } of built.outputs) {
      const { data } = want[output] ?? {};
      if (!(data instanceof Float32Array)) continue;
      const { relative, notFinite } = difference(output, got.outputs.get(output) ?? [], data);
      good &&= relative <= BAR && notFinite === 0;
      console.log(`  ${output.padEnd(12)}relative L2 ${relative.toExponential(2)} (bar ${BAR})`);
    }
  }
} catch (thrown) {
  good = false;
  console.error(toVpdError(thrown).message);
} finally {
  await chromium.close();
}
process.exit(good ? 0 : 1);
