import { expect, test } from 'vitest';
import { isFatal } from './fatal.ts';
import { testRuntime } from './testing/tiny-model.ts';
import { warmUp } from './warm-up.ts';

test('warming up creates one session and releases it', async () => {
  const runtime = testRuntime();
  const events: string[] = [];
  const create = async (...given: Parameters<typeof runtime.ort.InferenceSession.create>) => {
    const session = await runtime.ort.InferenceSession.create(...given);
    events.push(`made ${session.inputNames} → ${session.outputNames}`);
    return { release: async () => void events.push('released') };
  };
  const InferenceSession = Object.assign(Object.create(null), { create });
  await warmUp({ ...runtime, ort: { ...runtime.ort, InferenceSession } });
  expect(events).toEqual(['made x → y', 'released']);
});

test.each([
  [
    'no available backend found. ERR: [wasm] TypeError: Failed to fetch',
    'network',
    'The runtime that computes the networks could not be fetched or started. Check the connection, then retry.',
  ],
  [
    'no available backend found. ERR: [wasm] RangeError: Out of memory',
    'no-memory',
    'There was not enough memory: no available backend found. ERR: [wasm] RangeError: Out of memory. Use a smaller photo or close other pages.',
  ],
])('a runtime that does not start is a fatal error: %s', async (said, code, message) => {
  const runtime = testRuntime();
  const create = () => Promise.reject(new Error(said));
  const InferenceSession = Object.assign(Object.create(null), { create });
  const thrown = await warmUp({ ...runtime, ort: { ...runtime.ort, InferenceSession } }).catch((error) => error);
  expect(thrown).toMatchObject({ code, message, cause: { message: said } });
  expect(isFatal(thrown)).toBe(true);
});
