import type { Tensor } from 'onnxruntime-common';
import { difference } from '../difference.ts';
import { type ErrorCode, toVpdError } from '../errors.ts';
import { buildGraph } from '../vpd/build.ts';
import { TASK_IDS } from '../vpd/config.ts';
import { type GraphPort, type GraphSpec, networkWords } from '../vpd/graph.ts';
import type { Choice } from './device.ts';
import { isFatal } from './fatal.ts';
import type { Job } from './job.ts';
import { captureRefusal, type Model } from './make-session.ts';
import type { DeviceReport } from './results.ts';
import type { Runtime } from './runtime.ts';
import { createSessions, weightBytes } from './sessions.ts';

/**
 * Largest relative L2 error of half precision. Its eleven bits cause about 1e-3 in a network of this depth (models/README.md); a wrong
 * kernel causes about 1.
 */
const TOLERANCE = 0.1;
/** Networks with more stored weights are only checked for infinities: building them again in single precision takes seconds. */
const MAX_COMPARED_BYTES = 128 * 2 ** 20;

type Arrays = ReadonlyMap<string, Float32Array>;

/**
 * Runs the autoencoder and one task's network once on the smallest legal input, in half and in single precision.
 * @returns undefined if half precision can be used, else what is wrong, as the end of a sentence: "because half precision …"
 */
export async function checkHalf(model: Model, half: Runtime, single: Runtime, job: Job): Promise<string | undefined> {
  try {
    const side = model.config.working.multiple;
    const encoder: GraphSpec = { graph: 'vae-encoder', height: side, width: side };
    const latent = await compareOutputs(model, half, single, encoder, new Map(), job, 'encoding the photo');
    if (typeof latent === 'string') return latent;
    const network = networkToCheck(model, side);
    const answer =
      network && (await compareOutputs(model, half, single, network, latent, job, `the ${networkWords(network)}`));
    return typeof answer === 'string' ? answer : undefined;
  } catch (thrown) {
    return verdictOf(thrown);
  }
}

/** Errors that stop a check without telling anything about half precision or recording. */
const NO_VERDICT: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['cancelled', 'device-lost', 'no-memory']);

/** Returns an error as a verdict. Rethrows it if it is none, or if it leaves the worker unusable. */
function verdictOf(thrown: unknown): string {
  const { code, message } = toVpdError(thrown);
  if (NO_VERDICT.has(code) || isFatal(thrown)) throw thrown;
  return `failed here (${message})`;
}

/** Returns the first task's network, else `eps`; undefined if the model has neither. */
function networkToCheck({ config }: Model, side: number): GraphSpec | undefined {
  const size = { height: side, width: side };
  const task = TASK_IDS.find((id) => config.tasks[id]);
  if (task) return { graph: 'task', task, ...size, rows: side, cols: side, outputs: ['features'] };
  return config.unet.eps ? { graph: 'eps', ...size, tokens: config.text?.maxTokens ?? 1 } : undefined;
}

/** Returns the outputs (in single precision if that was computed), or a string that says what is wrong. */
async function compareOutputs(
  model: Model,
  half: Runtime,
  single: Runtime,
  spec: GraphSpec,
  given: Arrays,
  job: Job,
  where: string,
): Promise<Arrays | string> {
  const got = await runOnce(model, half, spec, given, job);
  for (const values of got.values()) if (!values.every(Number.isFinite)) return `overflows in ${where}`;
  if (weightBytes(model.index, spec) > MAX_COMPARED_BYTES) return got;
  const want = await runOnce(model, single, spec, given, job);
  for (const [name, values] of want) {
    const error = difference(name, got.get(name) ?? new Float32Array(), values).relative;
    if (!(error <= TOLERANCE)) return `is off by ${Math.round(100 * error)} % in ${where}`;
  }
  return want;
}

async function runOnce(model: Model, runtime: Runtime, spec: GraphSpec, given: Arrays, job: Job): Promise<Arrays> {
  const sessions = createSessions(model, withoutCapture(runtime));
  try {
    const { session, built } = await sessions.open(spec, [], { signal: job.signal, timings: [] });
    const feeds = built.inputs.map((port) => [port.name, feed(runtime, port, given)]);
    const results = await session.run(Object.fromEntries(feeds));
    const arrays = new Map<string, Float32Array>();
    for (const { name } of built.outputs) {
      const data = await results[name]?.getData();
      if (data instanceof Float32Array) arrays.set(name, data);
    }
    return arrays;
  } finally {
    sessions.release();
  }
}

/** Returns an input: the output of the previous network, else a smooth pattern in [−1,1]; for ids, row 0 of the table. */
function feed({ ort }: Runtime, { name, type, dims }: GraphPort, given: Arrays): Tensor {
  const count = dims.reduce((product, size) => product * size, 1);
  if (type === 'int32') return new ort.Tensor(type, new Int32Array(count), dims);
  const smooth = (i: number): number => Math.sin(i * 0.037) * Math.cos(i * 0.0011);
  return new ort.Tensor(type, given.get(name) ?? Float32Array.from({ length: count }, (_, i) => smooth(i)), dims);
}

/**
 * Records the autoencoder, the network that is built fastest, on the smallest legal input. Each session that is recorded later is checked
 * too (captured.ts); if it fails, the note of its `build` timing says so.
 * @returns undefined if replays are correct, else why they cannot be used, as the end of a sentence: "because …"
 */
async function checkCapture(model: Model, runtime: Runtime, job: Job): Promise<string | undefined> {
  const side = model.config.working.multiple;
  const encoder: GraphSpec = { graph: 'vae-encoder', height: side, width: side };
  const sessions = createSessions(model, runtime);
  try {
    for (const spec of [encoder, networkToCheck(model, side)]) {
      const refusal =
        spec &&
        captureRefusal(buildGraph(model.config, model.index, spec, { ...runtime.lowering, captured: true }), spec);
      if (refusal !== undefined) return refusal;
    }
    return (await sessions.open(encoder, [], { signal: job.signal, timings: [] })).notCaptured;
  } catch (thrown) {
    return `it ${verdictOf(thrown)}`;
  } finally {
    sessions.release();
  }
}

/** Returns the runtime with recording if it works for this model, else without. The report's reason says which, and why. */
export async function withCapture(
  model: Model,
  { report, runtime }: { readonly report: DeviceReport; readonly runtime: Runtime },
  job: Job,
): Promise<{ readonly report: DeviceReport; readonly runtime: Runtime }> {
  const fault = runtime.capture ? await checkCapture(model, runtime, job) : 'it needs WebGPU';
  const reason = `${report.reason} Graph capture is ${fault === undefined ? 'on' : `off, because ${fault}`}.`;
  return { report: { ...report, reason }, runtime: fault === undefined ? runtime : withoutCapture(runtime) };
}

function withoutCapture({ capture: _, ...plain }: Runtime): Runtime {
  return plain;
}

/** Returns the same device without half precision. @param why the end of a sentence: "because half precision …" */
export function withoutHalf(choice: Choice, why: string): Choice {
  const reason = `WebGPU in single precision, because half precision ${why}.`;
  return { ...choice, report: { ...choice.report, backend: 'webgpu-f32', reason } };
}
