/** Number of failed allocations of each watched device. */
const counts = new WeakMap<GPUDevice, { failed: number }>();

/**
 * Returns a function that gives the number of allocations which have failed on the device since it was watched first. WebGPU reports them
 * apart from the calls that caused them: without a look at this number a run on a full GPU returns an unspecific error, or wrong values.
 */
export function watchGpuMemory(device: GPUDevice): () => number {
  const known = counts.get(device);
  if (known) return () => known.failed;
  const count = { failed: 0 };
  counts.set(device, count);
  device.addEventListener('uncapturederror', ({ error }) => {
    if (error instanceof GPUOutOfMemoryError) count.failed++;
  });
  return () => count.failed;
}
