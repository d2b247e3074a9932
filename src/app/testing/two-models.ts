import { expect } from 'vitest';
import type { TaskId } from '../../vpd/config.ts';
import { secondResults } from '../second-model/view.ts';
import { type pack, testBench } from './bench.ts';

/** Creates a session with one photo and two open models, with other facts of their packs if given. */
export async function twoModels(task: TaskId, own: Partial<typeof pack> = {}, second: Partial<typeof pack> = {}) {
  const bench = testBench({ task });
  await bench.open(own);
  const photo = await bench.add('a.png');
  bench.session.secondModel((controller) => void controller.compareWith({ stored: 'other' }));
  await expect.poll(() => bench.calls.some(({ engine, method }) => engine === 1 && method === 'open')).toBe(true);
  await bench.openedSecondModel(second);
  return { ...bench, photo, theirs: secondResults(bench.store.getState(), bench.results) };
}
