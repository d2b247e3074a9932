import { describe, expect, test, vi } from 'vitest';
import { VpdError } from '../errors.ts';
import { chooseDevice, type DeviceScope } from './device.ts';

interface AdapterFacts {
  readonly features: readonly string[];
  readonly fallback?: boolean;
  readonly subgroup?: number;
  readonly broken?: boolean;
}

/** A fake of `navigator.gpu`. `requested` collects the features that devices are created with, `shaders` the code of their shaders. */
function gpu(facts: AdapterFacts | undefined, requested: string[] = [], shaders: string[] = []): GPU {
  const limits = new Proxy({}, { get: () => 1_000 });
  const adapter = facts && {
    features: new Set(facts.features),
    limits,
    info: {
      vendor: 'acme',
      architecture: 'gen-1',
      device: '',
      description: 'acme',
      isFallbackAdapter: facts.fallback ?? false,
      subgroupMinSize: facts.subgroup ?? 32,
    },
    async requestDevice({ requiredFeatures }: { requiredFeatures: string[] }) {
      if (facts.broken) throw new Error('no more devices');
      requested.push(...requiredFeatures);
      const createShaderModule = ({ code }: { code: string }) => shaders.push(code);
      return { features: new Set(requiredFeatures), limits, createShaderModule };
    },
  };
  return Object.assign(Object.create(null), { requestAdapter: async () => adapter ?? null });
}

const scope = (changes: Partial<DeviceScope> = {}): DeviceScope => ({
  gpu: undefined,
  isSecureContext: true,
  crossOriginIsolated: true,
  sharedMemory: true,
  cores: 8,
  jspi: true,
  ...changes,
});
const ALL = ['shader-f16', 'subgroups', 'timestamp-query', 'depth-clip-control'];

describe('the backend and its reason', () => {
  test.each([
    [
      'half precision',
      {},
      scope({ gpu: gpu({ features: ALL }) }),
      'webgpu-f16',
      'jspi',
      'WebGPU in half precision, the fastest there is.',
    ],
    [
      'no JSPI',
      {},
      scope({ gpu: gpu({ features: ALL }), jspi: false }),
      'webgpu-f16',
      'asyncify',
      'WebGPU in half precision, the fastest there is.',
    ],
    [
      'no shader-f16',
      {},
      scope({ gpu: gpu({ features: [] }) }),
      'webgpu-f32',
      'jspi',
      'WebGPU in single precision, because the adapter lacks shader-f16.',
    ],
    [
      'f32 asked for',
      { float: 'f32' },
      scope({ gpu: gpu({ features: ALL }) }),
      'webgpu-f32',
      'jspi',
      'WebGPU in single precision, because it was asked for.',
    ],
    ['no WebGPU', {}, scope(), 'wasm-threads', 'wasm', 'WebAssembly on 4 threads, because this browser has no WebGPU.'],
    [
      'no adapter',
      {},
      scope({ gpu: gpu(undefined), cores: 64 }),
      'wasm-threads',
      'wasm',
      'WebAssembly on 8 threads, because the browser offers no WebGPU adapter for this machine.',
    ],
    [
      'a software adapter',
      {},
      scope({ gpu: gpu({ features: [], fallback: true }) }),
      'wasm-threads',
      'wasm',
      'WebAssembly on 4 threads, because the only WebGPU adapter here is a software one, which is slower.',
    ],
    [
      'a software adapter, forced',
      { force: 'webgpu' },
      scope({ gpu: gpu({ features: [], fallback: true }) }),
      'webgpu-f32',
      'jspi',
      'WebGPU in single precision, because the adapter lacks shader-f16.',
    ],
    [
      'a device that fails',
      {},
      scope({ gpu: gpu({ features: ALL, broken: true }) }),
      'wasm-threads',
      'wasm',
      'WebAssembly on 4 threads, because the WebGPU device could not be made (no more devices).',
    ],
    [
      'no isolation',
      {},
      scope({ crossOriginIsolated: false }),
      'wasm',
      'wasm',
      'WebAssembly on one thread (for more, the page’s server has to send the headers COOP and COEP), because this browser has no WebGPU.',
    ],
    [
      'no shared memory',
      {},
      scope({ sharedMemory: false }),
      'wasm',
      'wasm',
      'WebAssembly on one thread (more need SharedArrayBuffer, which this browser lacks), because this browser has no WebGPU.',
    ],
    [
      'no https',
      {},
      scope({ isSecureContext: false, crossOriginIsolated: false }),
      'wasm',
      'wasm',
      'WebAssembly on one thread (more need https), because browsers give WebGPU only to pages that are opened by https.',
    ],
    [
      'one core',
      { force: 'wasm' },
      scope({ cores: 1 }),
      'wasm',
      'wasm',
      'WebAssembly on one thread, because WebAssembly was asked for.',
    ],
  ] as const)('%s', async (_, options, around, backend, flavour, reason) => {
    const choice = await chooseDevice(options, around);
    expect([choice.report.backend, choice.flavour, choice.report.reason]).toEqual([backend, flavour, reason]);
    expect(choice.device !== undefined).toBe(backend.startsWith('webgpu'));
  });
});

test('WebGPU that is forced but not available is an error, not a silent fallback', async () => {
  const choice = chooseDevice({ force: 'webgpu' }, scope());
  await expect(choice).rejects.toEqual(
    new VpdError(
      'no-device',
      'WebGPU was asked for, but this browser has no WebGPU. Use another browser, or let the page choose.',
    ),
  );
});

test('a device has the features that ORT uses and the adapter offers, except narrow subgroups', async () => {
  const wide: string[] = [];
  await chooseDevice({}, scope({ gpu: gpu({ features: ALL, subgroup: 32 }, wide) }));
  expect(wide).toEqual(['shader-f16', 'subgroups', 'timestamp-query']);
  const narrow: string[] = [];
  const { report } = await chooseDevice({}, scope({ gpu: gpu({ features: ALL, subgroup: 4 }, narrow) }));
  expect(narrow).toEqual(['shader-f16', 'timestamp-query']);
  expect(report.adapter).toBe('acme gen-1');
  expect(report.limits).toEqual({ maxBufferSize: 1_000, maxStorageBufferBindingSize: 1_000 });
});

test('a driver that does not answer is given up after half a minute', async () => {
  vi.useFakeTimers();
  try {
    const silent = Object.assign(Object.create(null), { requestAdapter: () => new Promise(() => undefined) });
    const choice = chooseDevice({}, scope({ gpu: silent }));
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await choice).report.reason).toBe(
      'WebAssembly on 4 threads, because the WebGPU device could not be made (no answer within 30 s).',
    );
  } finally {
    vi.useRealTimers();
  }
});

test('a device’s shaders say that variables without an initial value are zero, and are otherwise unchanged', async () => {
  const shaders: string[] = [];
  const { device } = await chooseDevice({}, scope({ gpu: gpu({ features: ALL }, [], shaders) }));
  const code = (scores: string, acc: string): string => `
var<private> o_tile : array<q_value_t, 8>;
@group(0) @binding(4) var<uniform> uniforms: Uniforms;
fn main(@builtin(subgroup_size) sg_size : u32) {
  for (var i : u32 = 0u; i < n; i++) {
    ${scores}
    ${acc}
    var sum = 0.0;
  }
}`;
  device?.createShaderModule({
    label: 'FlashAttention',
    code: code('var qk_1 : vec4<qk_precision>;', 'var acc: array<vec4<f16>, 4>;'),
  });
  expect(shaders).toEqual([
    code(
      'var qk_1: vec4<qk_precision> = vec4<qk_precision>();',
      'var acc: array<vec4<f16>, 4> = array<vec4<f16>, 4>();',
    ),
  ]);
});

test.each([
  ['a GPU', {}, false, true],
  ['a GPU, switched off', { capture: 'off' }, false, undefined],
  ['a software adapter', { force: 'webgpu' }, true, undefined],
  ['a software adapter, switched on', { force: 'webgpu', capture: 'on' }, true, true],
] as const)('recording on %s', async (_, options, fallback, expected) => {
  const { capture } = await chooseDevice(options, scope({ gpu: gpu({ features: ALL, fallback }) }));
  expect(capture).toBe(expected);
});
