import { afterEach, expect, test, vi } from 'vitest';
import { watchGpuMemory } from './gpu-memory.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('failed allocations of a device are counted once, however often it is watched; other errors are not', () => {
  class GPUOutOfMemoryError {}
  vi.stubGlobal('GPUOutOfMemoryError', GPUOutOfMemoryError);
  const events = new EventTarget();
  const device: GPUDevice = Object.assign(Object.create(null), {
    addEventListener: events.addEventListener.bind(events),
  });
  const fail = (error: object) => events.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }));
  const [first, second] = [watchGpuMemory(device), watchGpuMemory(device)];
  expect(first()).toBe(0);
  fail(new GPUOutOfMemoryError());
  fail(new Error('a validation error'));
  fail(new GPUOutOfMemoryError());
  expect([first(), second()]).toEqual([2, 2]);
});
