import { expect, test } from 'vitest';
import { testRuntime } from './tiny-model.ts';
import { warmUp } from './warm-up.ts';

test('one session is made and released; a runtime that cannot start is no failure yet', async () => {
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

  const broken = Object.assign(Object.create(null), { create: () => Promise.reject(new Error('no such file')) });
  await expect(warmUp({ ...runtime, ort: { ...runtime.ort, InferenceSession: broken } })).resolves.toBeUndefined();
});
