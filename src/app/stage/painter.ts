import { layersOf } from '../layers.ts';
import type { Results } from '../results.ts';
import { type AppStore, selectedPhoto } from '../store.ts';
import { type Compositor, createCompositor } from './compositor.ts';
import { containRect, type Rect } from './geometry.ts';

interface Listeners {
  /** Where the photo lies, in CSS pixels of the stage; told when it changes. */
  onRect(rect: Rect): void;
  onSupport(supported: boolean): void;
}

/**
 * Paints the stage whenever the state or the size changes, at most once a frame and outside React: moving a slider costs one draw call.
 * Returns the function that ends it.
 */
export function attachStage(
  canvas: HTMLCanvasElement,
  store: AppStore,
  results: Results,
  listeners: Listeners,
): () => void {
  let compositor: Compositor | undefined = createCompositor(canvas);
  listeners.onSupport(compositor !== undefined);
  let frame = 0;
  let told = '';

  function paint(): void {
    frame = 0;
    const ratio = window.devicePixelRatio;
    const stage = { width: canvas.clientWidth, height: canvas.clientHeight };
    const width = Math.round(stage.width * ratio);
    const height = Math.round(stage.height * ratio);
    // Setting the size clears the canvas, even to the same size.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const state = store.getState();
    const photo = selectedPhoto(state);
    const rect = containRect(stage, photo ?? { width: 0, height: 0 });
    const place = JSON.stringify(rect);
    if (told !== place) {
      told = place;
      listeners.onRect(rect);
    }
    const bitmap = photo?.state === 'ready' ? results.bitmaps.get(photo.id) : undefined;
    compositor?.draw(
      bitmap && {
        photo: bitmap,
        ratio,
        rect: { x: rect.x * ratio, y: rect.y * ratio, width: rect.width * ratio, height: rect.height * ratio },
        layers: layersOf(state, results),
      },
    );
  }

  const schedule = (): void => {
    frame ||= requestAnimationFrame(paint);
  };

  function onLost(event: Event): void {
    // Without this the browser never restores the context.
    event.preventDefault();
    compositor = undefined;
  }
  function onRestored(): void {
    compositor = createCompositor(canvas);
    schedule();
  }

  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);
  const resize = new ResizeObserver(schedule);
  resize.observe(canvas);
  // Zoom and another screen change the pixel ratio, not always the size.
  window.addEventListener('resize', schedule);
  const unsubscribe = store.subscribe((state, before) => {
    if (
      state.selected !== before.selected ||
      state.photos !== before.photos ||
      state.task !== before.task ||
      state.prompt !== before.prompt ||
      state.revision !== before.revision ||
      state.depth !== before.depth ||
      state.refer !== before.refer ||
      state.masks !== before.masks ||
      state.segment !== before.segment
    )
      schedule();
  });
  schedule();

  return () => {
    unsubscribe();
    resize.disconnect();
    window.removeEventListener('resize', schedule);
    canvas.removeEventListener('webglcontextlost', onLost);
    canvas.removeEventListener('webglcontextrestored', onRestored);
    cancelAnimationFrame(frame);
    compositor?.dispose();
  };
}
