import { expect, test } from 'vitest';
import { sharedBytes, withGpuMemory } from './runtime.ts';
import { testRuntime } from './testing/tiny-model.ts';

test('a Blob is read once, and another Blob is read by itself', async () => {
  const read = sharedBytes();
  const [one, other] = [new Blob(['one']), new Blob(['other'])];
  const bytes = await read(one);
  expect(new TextDecoder().decode(bytes)).toBe('one');
  expect(await read(one)).toBe(bytes);
  expect(new TextDecoder().decode(await read(other))).toBe('other');
});

test('a failed read is repeated', async () => {
  const read = sharedBytes();
  let broken = true;
  const blob = new Blob(['late']);
  const whole = blob.arrayBuffer.bind(blob);
  blob.arrayBuffer = () => (broken ? Promise.reject(new Error('gone')) : whole());
  await expect(read(blob)).rejects.toThrow('gone');
  broken = false;
  expect(new TextDecoder().decode(await read(blob))).toBe('late');
});

test('an error of work during which the GPU ran out of memory says so, and keeps its cause', async () => {
  const cause = new Error('a buffer is invalid');
  const failing = (full: boolean) =>
    withGpuMemory(
      { ...testRuntime(), allocationFailed: () => full },
      'depth network',
      () => Promise.reject(cause),
      () => undefined,
    );
  await expect(failing(true)).rejects.toMatchObject({ code: 'no-memory', cause });
  await expect(failing(false)).rejects.toBe(cause);
});
