import { VpdError } from '../errors.ts';
import type { DeviceReport } from './results.ts';
import { zeroing } from './zeroing.ts';

/** The build of onnxruntime-web: a WebGPU build with JSPI or, for browsers without JSPI, with Asyncify; or the `wasm` build without GPU. */
export type Flavour = 'jspi' | 'asyncify' | 'wasm';

export interface Choice {
  readonly report: DeviceReport;
  readonly flavour: Flavour;
  /** Created here and not by ORT, so that it outlives sessions and its loss can be observed. */
  readonly device?: GPUDevice;
  /** Whether sessions record and replay their GPU work. */
  readonly capture?: boolean;
}

export interface DeviceOptions {
  readonly force?: 'webgpu' | 'wasm';
  /** `f32` keeps activations in single precision even if the adapter has shader-f16. */
  readonly float?: 'f16' | 'f32';
  /** Whether each network's GPU work is recorded and replayed. The default is on, but off for a software adapter, which gains nothing. */
  readonly capture?: 'on' | 'off';
}

/** The parts of the global scope that are used; tests replace them. */
export interface DeviceScope {
  readonly gpu: GPU | undefined;
  /** Whether the page came by https or from this machine: browsers give WebGPU and threads to no other. */
  readonly isSecureContext: boolean;
  readonly crossOriginIsolated: boolean;
  /** Whether there is SharedArrayBuffer, which WebKitGTK (2.50) lacks in isolated pages, too. ORT has no threads without it. */
  readonly sharedMemory: boolean;
  readonly cores: number;
  readonly jspi: boolean;
}

/** Most threads; more do not speed convolutions up. Half of the logical cores are used, as these are often two per physical core. */
const MAX_THREADS = 8;

/** Optional features that ORT's kernels use. */
const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/**
 * Narrowest subgroups with which ORT's fused attention is correct (onnxruntime-web 1.31.0-dev.20260914 is off by 0.1 for inputs of about 1
 * on SwiftShader, whose subgroups are 4 wide). Without the feature ORT uses its shared-memory kernel (microsoft/onnxruntime#28520), which
 * is correct.
 */
const MIN_SUBGROUP = 8;

/** Limits that are raised to the adapter's values, as ORT does when it creates a device itself. */
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** Time for an adapter or a device, in ms; a driver that starts cold takes a few seconds. */
const PATIENCE_MS = 30_000;

type Found = { readonly choice: Choice } | { readonly refusal: string };

/**
 * Returns the fastest of WebGPU f16, WebGPU f32, wasm threads and wasm that works here. `report.reason` says why it is not a faster one.
 * @throws VpdError no-device if WebGPU is forced but not available
 */
export async function chooseDevice(options: DeviceOptions, scope: DeviceScope): Promise<Choice> {
  if (options.force === 'wasm') return wasm('WebAssembly was asked for', scope);
  const found = await webgpu(options, scope);
  if ('choice' in found) return found.choice;
  if (options.force === 'webgpu')
    throw new VpdError(
      'no-device',
      `WebGPU was asked for, but ${found.refusal}. Use another browser, or let the page choose.`,
    );
  return wasm(found.refusal, scope);
}

function wasm(why: string, scope: DeviceScope): Choice {
  const { crossOriginIsolated, isSecureContext, sharedMemory, cores } = scope;
  const mayThread = crossOriginIsolated && sharedMemory;
  const threads = mayThread ? Math.max(1, Math.min(MAX_THREADS, Math.ceil(cores / 2))) : 1;
  const report = (backend: 'wasm' | 'wasm-threads', how: string): DeviceReport => ({
    backend,
    reason: `WebAssembly ${how}, because ${why}.`,
    threads,
    limits: {},
  });
  if (threads > 1) return { flavour: 'wasm', report: report('wasm-threads', `on ${threads} threads`) };
  const headers = isSecureContext
    ? 'for more, the page’s server has to send the headers COOP and COEP'
    : 'more need https';
  const lacks = crossOriginIsolated ? 'more need SharedArrayBuffer, which this browser lacks' : headers;
  const missing = mayThread ? '' : ` (${lacks})`;
  return { flavour: 'wasm', report: report('wasm', `on one thread${missing}`) };
}

async function webgpu(options: DeviceOptions, { gpu, isSecureContext, jspi }: DeviceScope): Promise<Found> {
  if (!gpu)
    return {
      refusal: isSecureContext
        ? 'this browser has no WebGPU'
        : 'browsers give WebGPU only to pages that are opened by https',
    };
  try {
    const adapter = await inTime(gpu.requestAdapter({ powerPreference: 'high-performance' }));
    if (!adapter) return { refusal: 'the browser offers no WebGPU adapter for this machine' };
    if (adapter.info.isFallbackAdapter && options.force !== 'webgpu')
      return { refusal: 'the only WebGPU adapter here is a software one, which is slower' };
    const device = zeroing(await inTime(requestDevice(adapter)));
    const hasHalf = device.features.has('shader-f16');
    const half = hasHalf && options.float !== 'f32';
    const report: DeviceReport = {
      backend: half ? 'webgpu-f16' : 'webgpu-f32',
      reason: half
        ? 'WebGPU in half precision, the fastest there is.'
        : `WebGPU in single precision, because ${hasHalf ? 'it was asked for' : 'the adapter lacks shader-f16'}.`,
      adapter: adapterName(adapter.info),
      threads: 1,
      limits: {
        maxBufferSize: device.limits.maxBufferSize,
        maxStorageBufferBindingSize: device.limits.maxStorageBufferBindingSize,
      },
    };
    const captures = (options.capture ?? (adapter.info.isFallbackAdapter ? 'off' : 'on')) === 'on';
    const capture = captures ? { capture: true } : {};
    return { choice: { report, device, flavour: jspi ? 'jspi' : 'asyncify', ...capture } };
  } catch (thrown) {
    return {
      refusal: `the WebGPU device could not be made (${thrown instanceof Error ? thrown.message : String(thrown)})`,
    };
  }
}

/** Rejects if a driver does not answer (seen with Mesa 22.3). The page would otherwise wait for it for ever. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const narrow = (adapter.info.subgroupMinSize ?? 0) < MIN_SUBGROUP;
  const requiredFeatures = WANTED_FEATURES.filter(
    (feature) => adapter.features.has(feature) && !(feature === 'subgroups' && narrow),
  );
  const requiredLimits: Record<string, number> = {};
  for (const name of WANTED_LIMITS) requiredLimits[name] = adapter.limits[name];
  return adapter.requestDevice({ requiredFeatures, requiredLimits });
}

function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const words = [vendor, architecture, device, description].filter((word) => word !== '');
  return [...new Set(words)].join(' ') || 'unnamed adapter';
}
