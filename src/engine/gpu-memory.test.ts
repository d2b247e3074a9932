import { afterEach, expect, test, vi } from 'vitest';
import { watchGpuMemory } from './gpu-memory.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a failed allocation is told once, to whoever asks first; other errors are not told', () => {
  class GPUOutOfMemoryError {}
  vi.stubGlobal('GPUOutOfMemoryError', GPUOutOfMemoryError);
  const events = new EventTarget();
  const device: GPUDevice = Object.assign(Object.create(null), {
    addEventListener: events.addEventListener.bind(events),
  });
  const fail = (error: object) => events.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }));
  const [first, second] = [watchGpuMemory(device), watchGpuMemory(device)];
  expect(first()).toBe(false);
  fail(new GPUOutOfMemoryError());
  fail(new Error('a validation error'));
  expect([second(), first(), second()]).toEqual([true, false, false]);
  fail(new Error('a validation error'));
  expect(first()).toBe(false);
});
