import { expect, test } from 'vitest';
import { isVisible, LAYER_IDS, LAYERS_STATE, type LayersState, pinnedTasks, toggled } from './layer-stack.ts';

const shown = (layers: LayersState, task: 'depth' | 'refer' | 'segment') =>
  LAYER_IDS.filter((id) => isVisible(layers, id, task));

test('each task starts with its own layers alone', () => {
  expect(shown(LAYERS_STATE, 'depth')).toEqual(['depth']);
  expect(shown(LAYERS_STATE, 'refer')).toEqual(['attention', 'masks']);
  expect(shown(LAYERS_STATE, 'segment')).toEqual(['classes', 'attention']);
  expect(pinnedTasks(LAYERS_STATE)).toEqual([]);
});

test("another task's layer stays through changes of the task, until it is hidden", () => {
  const pinned = toggled(LAYERS_STATE, 'depth', 'refer');
  expect(shown(pinned, 'refer')).toEqual(['depth', 'attention', 'masks']);
  expect(shown(pinned, 'segment')).toEqual(['depth', 'classes', 'attention']);
  expect(pinnedTasks(pinned)).toEqual(['depth']);
  expect(toggled(pinned, 'depth', 'segment')).toEqual(LAYERS_STATE);
});

test('a hidden layer stays hidden on every tab, and comes back where it belongs', () => {
  const hidden = toggled(LAYERS_STATE, 'masks', 'refer');
  for (const task of ['depth', 'refer', 'segment'] as const) expect(isVisible(hidden, 'masks', task)).toBe(false);
  expect(toggled(hidden, 'masks', 'refer')).toEqual(LAYERS_STATE);
  // Asked for elsewhere, it is there.
  expect(isVisible(toggled(hidden, 'masks', 'depth'), 'masks', 'depth')).toBe(true);
  // Hidden where it was pinned and is at home too.
  const pinned = toggled(LAYERS_STATE, 'classes', 'depth');
  expect(isVisible(toggled(pinned, 'classes', 'segment'), 'classes', 'segment')).toBe(false);
});
