/** What of a photo goes into a report. */
import { expect, test } from 'vitest';
import { answersOf } from './report-save.ts';
import { createResults, depthKey, referKey } from './results.ts';
import { createAppStore } from './store.ts';
import { depth, mask } from './testing.ts';

test('of masks, those drawn in the way that is on show', () => {
  const results = createResults();
  const [head, attention] = [mask(), mask(true)];
  results.set(referKey('p', 'a | b', false), { task: 'refer', result: head });
  results.set(referKey('p', 'a | b', true), { task: 'refer', result: attention });
  results.set(depthKey('p', undefined), { task: 'depth', result: depth() });
  const { refer } = createAppStore().getState();
  for (const zeroShot of [false, true]) {
    const answers = answersOf({ refer: { ...refer, zeroShot } }, results, 'p', '');
    expect(answers.map(({ task }) => task)).toEqual(['depth', 'refer']);
    expect(answers[1]).toEqual({ task: 'refer', prompt: 'a | b', result: zeroShot ? attention : head });
  }
});
