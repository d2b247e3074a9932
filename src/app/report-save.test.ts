/** What of a photo goes into a report. */
import { expect, test } from 'vitest';
import { answersOf, snapshotOf } from './report-save.ts';
import { createResults, depthKey, referKey } from './results.ts';
import { createAppStore, type PhotoItem } from './store.ts';
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

test('a photo that no session has room for goes into a report with its name', () => {
  const photos = Array.from({ length: 2100 }, (_, i): PhotoItem => {
    const facts = { source: 'user', state: 'ready', url: undefined, width: 4, height: 3, prompts: [] } as const;
    return { id: `photo-${i}`, name: `${i}.png`, ...facts };
  });
  const { photos: named, selected } = snapshotOf(createAppStore({ photos }).getState(), ['photo-2050']);
  expect(named).toEqual([{ id: 'photo-2050', name: '2050.png', source: 'user' }]);
  expect(selected).toBe('photo-2050');
});
