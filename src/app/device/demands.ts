import type { DeviceOptions } from '../../engine/device.ts';
import type { ErrorCode } from '../../errors.ts';

/** What an engine asks of the device; less after each loss. */
export interface Demands {
  /** Returns the options for the next start of an engine. */
  options(): DeviceOptions;
  /** Notes that an engine was lost. Returns a sentence about the next start, after a space, or an empty string. */
  lost(code: ErrorCode, when: { readonly starting: boolean }): string;
  /** Notes that a pack was opened: the device works. */
  opened(): void;
  /** Returns the demands of another engine of the page. It starts with the same, and shares the end of graph capture alone. */
  another(): Demands;
}

/** @param shared what engines of one page give up together: graph capture, the newest feature required of a driver */
export function createDemands(
  first: DeviceOptions,
  shared: { capture?: DeviceOptions['capture'] } = { ...first },
): Demands {
  let { force, float } = first;
  /** Number of lost engines since a pack was open. */
  let losses = 0;

  /** After a repeated loss before a pack is open, chooses less demanding options. */
  function reduce(): string {
    losses++;
    if (losses < 2 || force === 'wasm') return '';
    if (float !== 'f32') {
      float = 'f32';
      return ' The next start computes in single precision.';
    }
    if (force === 'webgpu') return '';
    force = 'wasm';
    return ' The next start computes on WebAssembly, which is slower.';
  }

  return {
    options: () => ({
      ...(force ? { force } : {}),
      ...(float ? { float } : {}),
      ...(shared.capture ? { capture: shared.capture } : {}),
    }),
    lost(code, { starting }) {
      if (code === 'network') return '';
      shared.capture = 'off';
      return starting ? reduce() : '';
    },
    opened() {
      losses = 0;
    },
    another: () => createDemands(first, shared),
  };
}
