import type { Results } from '../../results/results.ts';
import { stageLayers } from '../../second-model/layers.ts';
import type { AppState } from '../../store.ts';
import type { Size } from '../geometry.ts';
import type { Scene } from '../gl/compositor.ts';
import { sceneOf } from '../gl/scene.ts';
import { splitOnPhoto } from '../place.ts';

/** Lines and letters of a picture are as large as on a stage with a photo of this many CSS pixels on its long side. */
const STAGE_SIDE = 1000;

/** Returns the size of a photo's picture in pixels: the photo's, reduced so that its long side is at most `maxSide`. */
export function pictureSize({ width, height }: Size, maxSide: number): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Returns what the stage shows as a picture of the whole photo: not zoomed, and with the split where it is on the photo. */
export function pictureScene(state: AppState, results: Results, photo: ImageBitmap, { width, height }: Size): Scene {
  return sceneOf(state, photo, stageLayers(state, results), {
    rect: { x: 0, y: 0, width, height },
    ratio: Math.max(1, Math.max(width, height) / STAGE_SIDE),
    split: splitOnPhoto(state) * width,
  });
}
