import { expect, test } from 'vitest';
import { depthKey } from '../../results/result-keys.ts';
import { createResults } from '../../results/results.ts';
import { type AppState, createAppStore } from '../../store.ts';
import { depth } from '../../testing/bench.ts';
import { photo } from '../../testing/photo.ts';
import { STAGE_STATE } from '../state.ts';
import { pictureScene, pictureSize } from './scene.ts';

const SIZE = { width: 2000, height: 1500 };
const bitmap: ImageBitmap = Object.assign(Object.create(null), SIZE);

function scene(stage: Partial<AppState['stage']>) {
  const size = { width: 400, height: 300 };
  const results = createResults();
  results.set(depthKey('a', undefined), { task: 'depth', result: depth() });
  const store = createAppStore({ photos: [photo('a')], selected: 'a', stage: { ...STAGE_STATE, size, ...stage } });
  return pictureScene(store.getState(), results, bitmap, SIZE);
}

test('the whole photo is drawn, however the stage is zoomed, with the split at the same place of it', () => {
  const fitted = scene({ compare: 0.25 });
  expect(fitted.rect).toEqual({ x: 0, y: 0, ...SIZE });
  expect(fitted.split).toBe(500);
  expect(fitted.layers).toHaveLength(1);
  const zoomed = scene({ compare: 0.5, view: { scale: 4, u: 0.25, v: 0.5 } });
  expect([zoomed.rect, zoomed.split]).toEqual([fitted.rect, 500]);
});

test('what is switched off on the stage is not in the picture', () => {
  expect(scene({ layers: false }).layers).toEqual([]);
  expect(scene({ photo: false }).photoOpacity).toBe(0);
  expect(scene({ photoOpacity: 0.5 }).photoOpacity).toBe(0.5);
});

test('lines grow with a large picture, and are never thinner than a pixel', () => {
  expect(scene({}).ratio).toBe(2);
  const small = pictureScene(createAppStore().getState(), createResults(), bitmap, { width: 100, height: 80 });
  expect(small.ratio).toBe(1);
});

test('a picture that the graphics card cannot draw is smaller', () => {
  expect(pictureSize(SIZE, 4096)).toEqual(SIZE);
  expect(pictureSize(SIZE, 1000)).toEqual({ width: 1000, height: 750 });
  expect(pictureSize({ width: 4000, height: 1 }, 1000)).toEqual({ width: 1000, height: 1 });
});
