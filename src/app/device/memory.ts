interface MemoryPerformance {
  measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
}
const measures = (timer: Performance): timer is Performance & MemoryPerformance =>
  'measureUserAgentSpecificMemory' in timer;

/**
 * Returns the memory of the page and its workers in bytes, without the GPU's; undefined if the browser does not report it. Chromium
 * reports it to cross-origin isolated pages, at its next garbage collection, within half a minute.
 */
export async function memoryInUse(): Promise<number | undefined> {
  if (!crossOriginIsolated || !measures(performance)) return undefined;
  return (await performance.measureUserAgentSpecificMemory()).bytes;
}
