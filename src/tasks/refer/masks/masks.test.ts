import { expect, test } from 'vitest';
import {
  addMask,
  changeMask,
  deletedMask,
  findMask,
  isChanged,
  isEdited,
  type MaskHistory,
  NO_MASKS,
  plainMask,
  redo,
  removeMask,
  undo,
} from './masks.ts';

const two = addMask(addMask(NO_MASKS, 'chair'), 'lamp');
const prompts = (history: MaskHistory) => history.items.map((item) => item.prompt);

test('each mask has its own name and colour; the colour of a removed mask is used again', () => {
  expect(two.items.map(({ name, colour }) => [name, colour])).toEqual([
    ['chair', 0],
    ['lamp', 1],
  ]);
  const again = addMask(removeMask(two, 'chair'), 'door');
  expect(findMask(again, 'door')?.colour).toBe(0);
  expect(again.shown).toBe('door');
});

test('after the shown mask is removed, its neighbour is shown, or nothing if it was the last', () => {
  expect(removeMask(two, 'lamp').shown).toBe('chair');
  expect(removeMask({ ...two, shown: 'chair' }, 'chair').shown).toBe('lamp');
  expect(removeMask(two, 'chair').shown).toBe('lamp');
  const three = addMask(two, 'door');
  expect(removeMask({ ...three, shown: 'lamp' }, 'lamp').shown).toBe('door');
  expect(undo(three).shown, 'the last one').toBe('lamp');
  expect(removeMask(addMask(NO_MASKS, 'chair'), 'chair').shown).toBe('');
  expect(removeMask(two, 'door')).toBe(two);
});

test('undo and redo restore masks, names, and which mask is shown', () => {
  const renamed = changeMask(two, 'chair', { name: 'seat' });
  const removed = removeMask(renamed, 'chair');
  const back = undo(removed);
  expect(prompts(back)).toEqual(['chair', 'lamp']);
  expect(back.shown).toBe('chair');
  expect(findMask(back, 'chair')?.name).toBe('seat');
  expect(findMask(undo(back), 'chair')?.name).toBe('chair');
  expect(prompts(redo(redo(undo(undo(removed)))))).toEqual(['lamp']);
  const none = undo(undo(undo(undo(undo(removed)))));
  expect(none.items).toEqual([]);
  expect(none.shown).toBe('');
  expect(undo(none)).toBe(none);
  expect(prompts(redo(none))).toEqual(['chair']);
});

test('a deleted mask is named until the next change, and the one before after an undo', () => {
  const named = (history: MaskHistory) => deletedMask(history)?.prompt;
  const one = removeMask(two, 'chair');
  const none = removeMask(one, 'lamp');
  expect([two, one, none, undo(none), undo(undo(none)), redo(undo(one))].map(named)).toEqual([
    undefined,
    'chair',
    'lamp',
    'chair',
    undefined,
    'chair',
  ]);
  expect([changeMask(one, 'lamp', { hidden: true }), addMask(one, 'door'), undo(two)].map(named)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('after a new change nothing can be redone', () => {
  const changed = changeMask(undo(two), 'chair', { hidden: true });
  expect(redo(changed)).toBe(changed);
});

test('all moves of a slider are one step; moves of another slider or mask are the next', () => {
  let history = two;
  for (const threshold of [0.4, 0.3, 0.2]) history = changeMask(history, 'chair', { threshold }, 'threshold');
  history = changeMask(history, 'lamp', { threshold: 0.9 }, 'threshold');
  history = changeMask(history, 'lamp', { specks: 0.1 }, 'specks');
  expect(history.past.length - two.past.length).toBe(3);
  const before = undo(undo(undo(history)));
  expect(findMask(before, 'chair')?.threshold).toBe(0.5);
  // After an undo the same slider starts a new step.
  const after = changeMask(undo(history), 'lamp', { threshold: 0.8 }, 'threshold');
  expect(findMask(undo(after), 'lamp')?.threshold).toBe(0.9);
});

test('only the last 200 steps can be undone', () => {
  let history = two;
  for (let i = 0; i < 250; i++) history = changeMask(history, 'chair', { name: `seat ${i}` });
  expect(history.past).toHaveLength(200);
  for (let i = 0; i < 200; i++) history = undo(history);
  expect(findMask(history, 'chair')?.name).toBe('seat 49');
});

test('a mask is edited by cleaning and the brush, and changed also by its threshold and its name', () => {
  const plain = plainMask('chair');
  const stroke = { erase: true, radius: 3, points: [1, 1] };
  const told = (change: Partial<typeof plain>) => [
    isEdited({ ...plain, ...change }),
    isChanged({ ...plain, ...change }),
  ];
  expect(told({})).toEqual([false, false]);
  expect(told({ threshold: 0.4 })).toEqual([false, true]);
  expect(told({ name: 'seat' })).toEqual([false, true]);
  for (const change of [{ specks: 0.01 }, { holes: 0.01 }, { strokes: [stroke] }])
    expect(told(change)).toEqual([true, true]);
});
