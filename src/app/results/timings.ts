import type { StageTiming } from '../../engine/results.ts';
import type { Device } from '../../storage/session/record.ts';

/** Returns the times of a result if this device took them; otherwise none, since times of devices are not comparable. */
export function timingsOn(
  here: Device,
  { device, result }: { readonly device?: Device; readonly result: { readonly timings: readonly StageTiming[] } },
): readonly StageTiming[] {
  return device && device.backend === here.backend && device.adapter === here.adapter ? result.timings : [];
}
