/** Whether an allocation has failed on a device since this was last asked. */
const failures = new WeakMap<GPUDevice, { failed: boolean }>();

/**
 * Returns a function that tells whether an allocation has failed on the device since the last call of any such function for it. WebGPU reports
 * failed allocations apart from the calls that caused them, and later: without this a run on a full GPU returns an unspecific error, or wrong
 * values.
 */
export function watchGpuMemory(device: GPUDevice): () => boolean {
  const watched = failures.get(device) ?? watch(device);
  return () => {
    const { failed } = watched;
    watched.failed = false;
    return failed;
  };
}

function watch(device: GPUDevice): { failed: boolean } {
  const state = { failed: false };
  failures.set(device, state);
  device.addEventListener('uncapturederror', ({ error }) => {
    if (error instanceof GPUOutOfMemoryError) state.failed = true;
  });
  return state;
}
