import type { DeviceReport } from './protocol.ts';

/** What computes, as the page calls it. */
export const BACKEND_NAMES = {
  'webgpu-f16': 'WebGPU · f16',
  'webgpu-f32': 'WebGPU · f32',
  'wasm-threads': 'Wasm · threads',
  wasm: 'Wasm',
} as const satisfies Record<DeviceReport['backend'], string>;

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(BACKEND_NAMES));

/** The same of a word that was kept in a file; one that is not known stays as it is. */
export const backendName = (backend: string): string => NAMES.get(backend) ?? backend;
