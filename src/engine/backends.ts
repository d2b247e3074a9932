import type { DeviceReport } from './results.ts';

/** Names of the backends in the page. */
export const BACKEND_NAMES = {
  'webgpu-f16': 'WebGPU · f16',
  'webgpu-f32': 'WebGPU · f32',
  'wasm-threads': 'Wasm · threads',
  wasm: 'Wasm',
} as const satisfies Record<DeviceReport['backend'], string>;

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(BACKEND_NAMES));

/** Returns the name of a backend that was read from a file; an unknown one is returned unchanged. */
export const backendName = (backend: string): string => NAMES.get(backend) ?? backend;
