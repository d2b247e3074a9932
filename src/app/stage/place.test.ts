import { expect, test } from 'vitest';
import { type AppState, createAppStore } from '../store.ts';
import { photoRect, splitOf, splitOnPhoto } from './place.ts';
import { STAGE_STATE } from './state.ts';

const SIZE = { width: 200, height: 100 };
const STAGE = { ...STAGE_STATE, size: SIZE, compare: 0.25 };
const PHOTO = { id: 'a', name: 'a.png', source: 'sample', state: 'ready', url: undefined, prompts: [] } as const;
/** As high as the stage and half as wide: it lies from x = 50 to x = 150. */
const photo = { ...PHOTO, width: 10, height: 10, truth: 'http://host/truth.json' };

const state = (change: Partial<AppState> = {}): AppState =>
  createAppStore({ photos: [photo], selected: 'a', stage: STAGE, ...change }).getState();

test('the photo is fitted; without a photo its rectangle is empty', () => {
  expect(photoRect(state())).toEqual({ x: 50, y: 0, width: 100, height: 100 });
  expect(photoRect(state({ selected: undefined })).width).toBe(0);
});

test.each<readonly [string, Partial<AppState>, number]>([
  ['at the compare handle', {}, 75],
  ['everywhere if the photo is hidden', { stage: { ...STAGE, photo: false } }, 0],
  [
    'at the compare handle if the truth is shown instead of the photo',
    { stage: { ...STAGE, photo: false }, truth: true },
    75,
  ],
  ['everywhere if the layers are hidden', { stage: { ...STAGE, layers: false } }, 0],
])('layers begin %s', (_, change, expected) => expect(splitOf(state(change))).toBe(expected));

test.each<readonly [string, Partial<AppState>, number]>([
  ['of the fitted photo', {}, 0.25],
  // Four times as wide as fitted, from x = −100 to x = 300; the handle is at x = 50.
  ['that the zoomed stage shows there', { stage: { ...STAGE, view: { scale: 4, u: 0.5, v: 0.5 } } }, 0.375],
  [
    'at its left end, although that is not on the stage',
    { stage: { ...STAGE, compare: 0, view: { scale: 4, u: 0.5, v: 0.5 } } },
    0,
  ],
  [
    'at its right end, although that is not on the stage',
    { stage: { ...STAGE, compare: 1, view: { scale: 4, u: 0.5, v: 0.5 } } },
    1,
  ],
  [
    'at its left end if nothing is divided',
    { stage: { ...STAGE, photo: false, view: { scale: 4, u: 0.5, v: 0.5 } } },
    0,
  ],
])('in a picture of the whole photo, layers begin at the place %s', (_, change, expected) =>
  expect(splitOnPhoto(state(change))).toBeCloseTo(expected, 12),
);
