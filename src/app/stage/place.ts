import { type AppState, selectedPhoto } from '../store.ts';
import type { Rect } from './geometry.ts';
import { isTwoSided } from './sides.ts';
import { viewRect, visibleRect } from './view.ts';

const NONE = { width: 0, height: 0 };

/** Returns the selected photo's rectangle in CSS pixels of the stage; drawing, pointing and read-outs all use it. */
export function photoRect(state: AppState): Rect {
  return viewRect(state.stage.size, selectedPhoto(state) ?? NONE, state.stage.view);
}

/** Returns where layers begin, in CSS pixels from the stage's left edge. */
export function splitOf(state: AppState): number {
  const { size, compare, photo, layers } = state.stage;
  const seen = visibleRect(size, photoRect(state));
  return (photo || isTwoSided(state)) && layers ? seen.x + compare * seen.width : 0;
}
