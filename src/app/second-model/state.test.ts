import { expect, test } from 'vitest';
import type { EngineState } from '../device/engine-state.ts';
import { twoModels } from '../testing/two-models.ts';
import { isComparing } from './state.ts';

test('two models are compared only while the second one is open', async () => {
  const { store, session } = await twoModels('depth');
  const { secondModel } = store.getState();
  if (!secondModel) throw new Error('There is no second model.');
  const comparing = (engine: EngineState) => isComparing({ secondModel: { ...secondModel, engine } });
  expect(isComparing(store.getState())).toBe(true);
  const progress = { label: 'Starting', done: 0, total: 0, unit: 'steps' } as const;
  expect(comparing({ phase: 'starting', progress })).toBe(false);
  expect(comparing({ phase: 'failed', message: 'It crashed.' })).toBe(false);
  session.secondModel((controller) => controller.stop());
  await expect.poll(() => isComparing(store.getState())).toBe(false);
});
