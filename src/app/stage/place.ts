import { type AppState, selectedPhoto } from '../store.ts';
import type { Rect } from './geometry.ts';
import { isTwoSided } from './sides.ts';
import { viewRect, visibleRect } from './view.ts';

const NONE = { width: 0, height: 0 };

/** Returns the selected photo's rectangle in CSS pixels of the stage; drawing, pointing and read-outs all use it. */
export function photoRect(state: AppState): Rect {
  return viewRect(state.stage.size, selectedPhoto(state) ?? NONE, state.stage.view);
}

/** True if the compare handle divides what is shown. */
const isSplit = (state: AppState): boolean => (state.stage.photo || isTwoSided(state)) && state.stage.layers;

/** Returns where layers begin, in CSS pixels from the stage's left edge. */
export function splitOf(state: AppState): number {
  const { size, compare } = state.stage;
  const seen = visibleRect(size, photoRect(state));
  return isSplit(state) ? seen.x + compare * seen.width : 0;
}

/**
 * Returns where layers begin on the whole photo, as a fraction of its width: at the handle's place. A handle at an end of the stage stands
 * for that end of the photo, also where the photo extends beyond the stage.
 */
export function splitOnPhoto(state: AppState): number {
  const { compare } = state.stage;
  const rect = photoRect(state);
  if (!isSplit(state) || compare === 0 || rect.width === 0) return 0;
  return compare === 1 ? 1 : (splitOf(state) - rect.x) / rect.width;
}
