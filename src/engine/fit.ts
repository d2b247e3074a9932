import { VpdError } from '../errors.ts';
import { formatBytes } from '../format-bytes.ts';
import { attentionSpec } from '../vpd/attention-spec.ts';
import { buildGraph } from '../vpd/build.ts';
import type { VpdConfig } from '../vpd/config.ts';
import { attends, TASK_IDS } from '../vpd/config.ts';
import { type GraphSpec, type Lowering, networkWords, type StoredTensor, type WeightIndex } from '../vpd/graph.ts';
import { storedTensors, WEIGHT_SCHEMES, type WeightScheme } from '../weights/quantize/stored-form.ts';
import { storedParameters } from '../weights/quantize/stored-parameters.ts';
import type { DeviceReport } from './results.ts';
import { MAX_WASM_WEIGHTS } from './runtime.ts';

/** What a model needs of a device at one input size. */
interface Needs {
  /** Side of the assumed square input, in pixels. */
  readonly longSide: number;
  /** The largest stored weight. */
  readonly weight: { readonly name: string; readonly bytes: number };
  /** The largest tensor between two operations, and the network that makes it (`networkWords`). */
  readonly tensor: { readonly graph: string; readonly bytes: number };
  /** Bytes of weights of the network that has the most. */
  readonly network: number;
}

/** A way to make a model fit. */
export type WayOut =
  | { readonly kind: 'side'; readonly longSide: number }
  | { readonly kind: 'precision'; readonly weights: WeightScheme }
  | { readonly kind: 'wasm' };

/** The tightest limit of a device, in bytes: the size of one buffer, or memory as a whole. */
interface Load {
  readonly of: 'buffer' | 'memory';
  readonly needed: number;
  /** Infinity if the browser does not report it. */
  readonly limit: number;
}

export interface FitReport {
  readonly needs: Needs;
  readonly load: Load;
  /** One sentence per limit that is too small; empty if the model fits, as far as the browser reports limits. */
  readonly problems: readonly string[];
  /** Changes of which each solves all problems, best first. */
  readonly ways: readonly WayOut[];
}

/** Usable bytes on wasm32, which addresses 4 GiB: code, threads and the runtime's own buffers take some of it. */
const WASM_MEMORY = 3.5 * 2 ** 30;
/** Number of tensors of the largest size that exist at once in a residual block: input, skip and output. */
const LIVE_TENSORS = 3;

/** Returns the index that a pack with this config will have, before any weights are loaded. */
export function plannedIndex(config: VpdConfig, weights: WeightScheme): WeightIndex {
  const index = new Map<string, StoredTensor>();
  let offset = 0;
  for (const parameter of storedParameters(config))
    for (const { name, dtype, shape, bytes } of storedTensors(parameter, weights)) {
      if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'U8' && dtype !== 'I8')
        throw new VpdError('internal', `No pack stores ${name} as ${dtype}.`);
      index.set(name, { file: 'model.safetensors', offset, length: bytes, dtype, shape });
      offset += bytes;
    }
  return index;
}

function graphsOf(config: VpdConfig, side: number): readonly GraphSpec[] {
  const { multiple } = config.working;
  const padded = Math.ceil(side / multiple) * multiple;
  const size = { height: padded, width: padded };
  return [
    { graph: 'vae-encoder', ...size },
    ...(config.text ? [{ graph: 'text-encoder', tokens: config.text.maxTokens } as const] : []),
    ...(config.text && attends(config) && !config.tasks.refer
      ? [attentionSpec(config, { h: padded, w: padded }, config.text.maxTokens)]
      : []),
    ...TASK_IDS.filter((task) => config.tasks[task]).map(
      (task): GraphSpec => ({ graph: 'task', task, ...size, rows: side, cols: side, outputs: ['maps'] }),
    ),
  ];
}

/** Returns what a model needs for a square photo, found by building its graphs without weights. */
export function needsOf(config: VpdConfig, index: WeightIndex, lowering: Lowering, longSide: number): Needs {
  let weight = { name: '', bytes: 0 };
  const parts = new Map<string, number>();
  for (const [name, { length }] of index) {
    if (length > weight.bytes) weight = { name, bytes: length };
    const part = name.slice(0, name.indexOf('.'));
    parts.set(part, (parts.get(part) ?? 0) + length);
  }
  let tensor = { graph: '', bytes: 0 };
  for (const spec of graphsOf(config, longSide)) {
    const { largest } = buildGraph(config, index, spec, lowering);
    if (largest > tensor.bytes) tensor = { graph: networkWords(spec), bytes: largest };
  }
  const heads = TASK_IDS.map((task) => parts.get(task) ?? 0);
  const network = Math.max(
    parts.get('vae') ?? 0,
    parts.get('text') ?? 0,
    (parts.get('unet') ?? 0) + Math.max(...heads),
  );
  return { longSide, weight, tensor, network };
}

/** Returns the largest size of one buffer in bytes. On wasm there is no such limit; memory as a whole counts. */
function bufferLimit({ limits }: DeviceReport): number {
  const { maxBufferSize, maxStorageBufferBindingSize } = limits;
  return Math.min(maxBufferSize ?? Number.POSITIVE_INFINITY, maxStorageBufferBindingSize ?? Number.POSITIVE_INFINITY);
}

function loadOn({ weight, tensor, network }: Needs, device: DeviceReport): Load {
  return device.backend.startsWith('webgpu')
    ? { of: 'buffer', needed: Math.max(weight.bytes, tensor.bytes), limit: bufferLimit(device) }
    : { of: 'memory', needed: network + LIVE_TENSORS * tensor.bytes, limit: WASM_MEMORY };
}

function problemsOf(needs: Needs, device: DeviceReport): readonly string[] {
  const problems: string[] = [];
  const { weight, tensor, network, longSide } = needs;
  const { of, needed, limit } = loadOn(needs, device);
  if (of === 'memory') {
    if (network > MAX_WASM_WEIGHTS)
      problems.push(
        `Its largest network has ${formatBytes(network)} of weights and WebAssembly can hold ${formatBytes(MAX_WASM_WEIGHTS)}.`,
      );
    else if (needed > limit)
      problems.push(
        `At ${longSide} px it needs about ${formatBytes(needed)} and WebAssembly can use ${formatBytes(limit)}.`,
      );
    return problems;
  }
  if (weight.bytes > limit)
    problems.push(
      `Its weight ${weight.name} has ${formatBytes(weight.bytes)} and one buffer of this graphics device may have ${formatBytes(limit)}.`,
    );
  if (tensor.bytes > limit)
    problems.push(
      `At ${longSide} px the ${tensor.graph} makes a tensor of ${formatBytes(tensor.bytes)} and one buffer of this graphics device may have ${formatBytes(limit)}.`,
    );
  return problems;
}

const loweringFor = ({ backend }: DeviceReport): Lowering => ({
  target: backend.startsWith('webgpu') ? 'webgpu' : 'plain',
  float: backend === 'webgpu-f16' ? 'f16' : 'f32',
});

/** Returns the largest integer in `least` ≤ i ≤ `most` that fits, by bisection (each try builds graphs): if i fits, all smaller ones do. */
function largestFitting(least: number, most: number, fits: (i: number) => boolean): number | undefined {
  let found: number | undefined;
  for (let [low, high] = [least, most]; low <= high; ) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}

/** Smallest share of the working size to offer: below it the model sees too little detail to be useful. */
const LEAST_SHARE = 1 / 4;

/** Checks that a model fits a device. @throws VpdError unsupported if not, with the first reason and the way out */
export function assertFits(config: VpdConfig, weights: WeightScheme, device: DeviceReport): void {
  const { longSide } = config.working;
  const [problem] = problemsOf(needsOf(config, plannedIndex(config, weights), loweringFor(device), longSide), device);
  if (problem !== undefined)
    throw new VpdError(
      'unsupported',
      `${config.name} does not fit this device. ${problem} Open it from Models, which lists what would help.`,
    );
}

/** Reports whether a model fits a device, and what would help: a smaller input, weights of fewer bits, or WebAssembly. */
export function checkFit(config: VpdConfig, weights: WeightScheme, device: DeviceReport): FitReport {
  const needsAt = (scheme: WeightScheme, side: number, on: DeviceReport): Needs =>
    needsOf(config, plannedIndex(config, scheme), loweringFor(on), side);
  const fits = (needs: Needs, on: DeviceReport): boolean => problemsOf(needs, on).length === 0;
  const { longSide, multiple } = config.working;
  const needs = needsAt(weights, longSide, device);
  const problems = problemsOf(needs, device);
  const ways: WayOut[] = [];
  if (problems.length > 0) {
    const lighter = WEIGHT_SCHEMES.slice(0, WEIGHT_SCHEMES.indexOf(weights));
    const side = largestFitting(
      Math.ceil((LEAST_SHARE * longSide) / multiple),
      Math.ceil(longSide / multiple) - 1,
      (steps) => fits(needsAt(weights, steps * multiple, device), device),
    );
    if (side !== undefined) ways.push({ kind: 'side', longSide: side * multiple });
    // The most precise scheme that helps.
    const scheme = lighter.findLast((each) => fits(needsAt(each, longSide, device), device));
    if (scheme) ways.push({ kind: 'precision', weights: scheme });
    const wasm: DeviceReport = { backend: 'wasm-threads', reason: '', threads: 1, limits: {} };
    if (device.backend.startsWith('webgpu') && fits(needsAt(weights, longSide, wasm), wasm))
      ways.push({ kind: 'wasm' });
  }
  return { needs, load: loadOn(needs, device), problems, ways };
}
