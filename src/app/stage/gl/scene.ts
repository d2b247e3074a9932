import type { Layer } from '../../../tasks/layer.ts';
import type { Media } from '../../photos/media.ts';
import { type AppState, selectedPhoto } from '../../store.ts';
import type { Scene } from './compositor.ts';

/** Returns the bitmap of the selected photo; undefined until the photo is decoded. */
export function shownBitmap(state: AppState, { bitmaps }: Media): ImageBitmap | undefined {
  const photo = selectedPhoto(state);
  return photo?.state === 'ready' ? bitmaps.get(photo.id) : undefined;
}

/** Returns the photo with those of its layers that are not switched off, at a place of the canvas. */
export function sceneOf(
  { stage }: AppState,
  photo: ImageBitmap,
  layers: readonly Layer[],
  place: Pick<Scene, 'rect' | 'ratio' | 'split' | 'closeUp'>,
): Scene {
  return { ...place, photo, layers: stage.layers ? layers : [], photoOpacity: stage.photo ? stage.photoOpacity : 0 };
}
