interface MemoryPerformance {
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}
const measures = (timer: Performance): timer is Performance & MemoryPerformance =>
  'measureUserAgentSpecificMemory' in timer;

/**
 * Memory of the page and its workers in bytes, without the GPU's; undefined where the browser does not tell: Chromium does, to isolated
 * pages, at its next tidying up, within half a minute.
 */
export async function memoryInUse(): Promise<number | undefined> {
  if (!crossOriginIsolated || !measures(performance)) return undefined;
  return (await performance.measureUserAgentSpecificMemory()).bytes;
}
