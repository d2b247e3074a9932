/** When the crosshair follows the pointer, and when it stays. */
import { beforeEach, expect, test } from 'vitest';
import { type AppState, type AppStore, createAppStore } from '../../store.ts';
import { photoRect } from '../place.ts';
import { STAGE_STATE } from '../state.ts';
import { createStageActions, type StageActions } from './actions.ts';

const PHOTO = { id: 'a', name: 'a.png', source: 'user', state: 'ready', url: undefined, prompts: [] } as const;
const A = { x: 50, y: 25 };
const B = { x: 150, y: 75 };

let store: AppStore;
let actions: StageActions;
/** In CSS pixels of the stage. */
const crosshair = () => {
  const { crosshair: at } = store.getState();
  return at && { x: 200 * at.u, y: 100 * at.v };
};

beforeEach(() => {
  const size = { width: 200, height: 100 };
  store = createAppStore({ photos: [{ ...PHOTO, ...size }], selected: 'a', stage: { ...STAGE_STATE, size } });
  actions = createStageActions(store);
});

test('it follows the pointer and disappears with it', () => {
  actions.follow(A);
  expect(crosshair()).toEqual(A);
  actions.follow(B);
  expect(crosshair()).toEqual(B);
  actions.follow(undefined);
  expect(crosshair()).toBeUndefined();
});

test('a click holds it while the pointer leaves; it follows again once the pointer is back', () => {
  actions.follow(A);
  actions.click(A);
  actions.follow(B);
  actions.follow(undefined);
  expect(crosshair()).toEqual(A);
  actions.release();
  expect(crosshair(), 'until the pointer moves').toEqual(A);
  actions.follow(B);
  expect(crosshair()).toEqual(B);
});

test('another click holds it elsewhere; a second click at the same place releases it, and so do Escape and the arrow keys', () => {
  const isHeld = () => {
    actions.follow({ x: 100, y: 50 });
    return store.getState().crosshair?.held === true;
  };
  expect([actions.click(A), actions.click(B)]).toEqual(['held', 'held']);
  expect([crosshair(), isHeld()]).toEqual([B, true]);
  expect(actions.click({ x: B.x + 2, y: B.y - 2 })).toBe('released');
  expect(isHeld()).toBe(false);
  actions.click(A);
  actions.point(undefined);
  expect(crosshair()).toBeUndefined();
  actions.click(A);
  actions.step(1, 0);
  expect(isHeld()).toBe(false);
});

test('a click outside the photo holds nothing', () => {
  store.setState({ stage: { ...STAGE_STATE, size: { width: 400, height: 100 } } });
  expect(actions.click({ x: 5, y: 50 })).toBeUndefined();
  expect(crosshair()).toBeUndefined();
});

test.each<readonly [string, (state: AppState) => Partial<AppState>]>([
  ['the measuring tool', ({ depth }) => ({ task: 'depth', depth: { ...depth, measuring: true } })],
  ['a brush', ({ refer }) => ({ task: 'refer', refer: { ...refer, brush: 'add' } })],
])('clicks with %s do not hold the crosshair, which follows the pointer', (_, choose) => {
  actions.click(A);
  store.setState(choose(store.getState()));
  actions.follow(B);
  expect(crosshair()).toEqual(B);
  expect(actions.click(B), 'the click is the tool’s').toBeUndefined();
  actions.follow(A);
  expect(crosshair()).toEqual(A);
});

test('a held crosshair stays on its pixel when the view is zoomed at another place', () => {
  actions.click(A);
  const before = store.getState().crosshair;
  actions.zoom(2, B);
  actions.follow(B);
  expect(store.getState().crosshair).toEqual(before);
});

test('at 100 % a pixel of the photo is one device pixel', () => {
  const photo = { ...PHOTO, width: 1200, height: 600 };
  store.setState({ photos: [photo] });
  actions.actualSize(1.5);
  expect(photoRect(store.getState()).width).toBeCloseTo(800, 9);
  store.setState({ photos: [{ ...photo, width: 120, height: 60 }] });
  actions.actualSize(1.5);
  expect(photoRect(store.getState())).toEqual({ x: 60, y: 30, width: 80, height: 40 });
  actions.fit();
  expect(photoRect(store.getState()).width).toBe(200);
});
