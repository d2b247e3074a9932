import { type AppState, selectedPhoto } from '../store.ts';
import type { Rect } from './geometry.ts';
import { isTwoSided } from './sides.ts';
import { viewRect, visibleRect } from './view.ts';

const NONE = { width: 0, height: 0 };

/** Where the photo on show lies, in CSS pixels of the stage: the one mapping behind drawing, pointing and reading. */
export function photoRect(state: AppState): Rect {
  return viewRect(state.stage.size, selectedPhoto(state) ?? NONE, state.stage.view);
}

/** Where layers begin, in CSS pixels from the stage's left. */
export function splitOf(state: AppState): number {
  const { size, compare, photo, layers } = state.stage;
  const seen = visibleRect(size, photoRect(state));
  return (photo || isTwoSided(state)) && layers ? seen.x + compare * seen.width : 0;
}
