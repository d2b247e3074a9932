import { VpdError } from '../../../errors.ts';
import type { Media } from '../../photos/media.ts';
import type { Results } from '../../results/results.ts';
import type { AppState } from '../../store.ts';
import type { Size } from '../geometry.ts';
import { createCompositor } from '../gl/compositor.ts';
import { NO_WEBGL } from '../gl/painter.ts';
import { shownBitmap } from '../gl/scene.ts';
import { measurementOf } from '../overlays/measure.ts';
import { drawMarks } from './draw-marks.ts';
import { pictureScene, pictureSize } from './scene.ts';

/** A PNG and its size in pixels. */
export interface Picture extends Size {
  readonly file: Blob;
}

/**
 * Draws what the stage shows, with the measured points: the whole photo at the size of its bitmap, or smaller if the graphics card cannot
 * draw that. Everything is drawn before the first `await`, so that no other state is mixed in.
 * @throws VpdError unsupported: WebGL2 does not work; no-memory: the browser could not write the PNG; bad-request: no photo is shown
 */
export async function drawPicture(state: AppState, results: Results, media: Media): Promise<Picture> {
  const photo = shownBitmap(state, media);
  if (!photo) throw new VpdError('bad-request', 'There is no photo on the stage yet; wait until it is shown.');
  const { canvas, context, ratio } = drawLayers(state, results, photo);
  const size = { width: canvas.width, height: canvas.height };
  const found = measurementOf(state, results);
  if (context && found) {
    context.scale(ratio, ratio);
    drawMarks(context, found, { width: size.width / ratio, height: size.height / ratio });
  }
  const file = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!context || !file)
    throw new VpdError(
      'no-memory',
      `The browser has no memory for a picture of ${size.width} × ${size.height} pixels; close other pages and try again.`,
    );
  return { ...size, file };
}

/** Draws photo and layers into a canvas with a 2D context, null if the browser has no memory for it. `ratio`: its pixels per CSS pixel. */
function drawLayers(state: AppState, results: Results, photo: ImageBitmap) {
  const layers = document.createElement('canvas');
  try {
    const compositor = compositorFor(layers);
    const size = pictureSize(photo, compositor.maxSide);
    Object.assign(layers, size);
    const scene = pictureScene(state, results, photo, size);
    compositor.draw(scene);
    const canvas = Object.assign(document.createElement('canvas'), size);
    const context = canvas.getContext('2d');
    // In the same task as the drawing: afterwards, the browser clears the WebGL canvas.
    context?.drawImage(layers, 0, 0);
    compositor.dispose();
    return { canvas, context, ratio: scene.ratio };
  } finally {
    // Browsers limit the number of contexts, and end the oldest one, which is the stage's.
    layers.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function compositorFor(canvas: HTMLCanvasElement) {
  try {
    const compositor = createCompositor(canvas);
    // A lost context has no largest size, and draws nothing.
    if (compositor && !canvas.getContext('webgl2')?.isContextLost()) return compositor;
  } catch {
    // The driver refused the programs, as it does for the stage.
  }
  throw new VpdError('unsupported', NO_WEBGL);
}
