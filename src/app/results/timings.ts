import type { StageTiming } from '../../engine/protocol.ts';

/** A device as files name it; a part of DeviceReport. */
export interface Device {
  readonly backend: string;
  readonly adapter?: string | undefined;
}

/** Returns the times of a result if this device took them; otherwise none, since times of devices are not comparable. */
export function timingsOn(
  here: Device,
  { device, result }: { readonly device?: Device; readonly result: { readonly timings: readonly StageTiming[] } },
): readonly StageTiming[] {
  return device && device.backend === here.backend && device.adapter === here.adapter ? result.timings : [];
}
