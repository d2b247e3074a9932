import type { DeviceOptions } from '../../engine/device.ts';
import type { ErrorCode } from '../../errors.ts';

/** What the page's engines ask of the device; less after each loss. */
export interface Demands {
  /** Returns the options for the next start of an engine. */
  options(): DeviceOptions;
  /** Notes that an engine was lost. Returns a sentence about the next start, after a space, or an empty string. */
  lost(code: ErrorCode, when: { readonly starting: boolean }): string;
  /** Notes that a pack was opened: the device works. */
  opened(): void;
}

/** Creates the demands of all engines of a page: what one engine could not do, the other is not asked for either. */
export function createDemands({ force, float, capture }: DeviceOptions): Demands {
  let now = { force, float, capture };
  /** Number of lost engines since a pack was open. */
  let losses = 0;

  /** After a repeated loss before a pack is open, chooses less demanding options. */
  function reduce(): string {
    losses++;
    if (losses < 2 || now.force === 'wasm') return '';
    if (now.float !== 'f32') {
      now = { ...now, float: 'f32' };
      return ' The next start computes in single precision.';
    }
    if (now.force === 'webgpu') return '';
    now = { ...now, force: 'wasm' };
    return ' The next start computes on WebAssembly, which is slower.';
  }

  return {
    options: () => ({
      ...(now.force ? { force: now.force } : {}),
      ...(now.float ? { float: now.float } : {}),
      ...(now.capture ? { capture: now.capture } : {}),
    }),
    lost(code, { starting }) {
      if (code === 'network') return '';
      // Graph capture is the newest feature required of a driver, so the next start does without it.
      now = { ...now, capture: 'off' };
      return starting ? reduce() : '';
    },
    opened() {
      losses = 0;
    },
  };
}
