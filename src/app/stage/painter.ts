import { stageLayers } from '../beside/layers.ts';
import { createNormals } from '../layers/normals.ts';
import type { Results } from '../results/results.ts';
import { type AppStore, selectedPhoto } from '../store.ts';
import { type Compositor, createCompositor } from './compositor.ts';
import { photoRect, splitOf } from './place.ts';

interface Listeners {
  onSupport(supported: boolean): void;
  /** Whether anything lies over the photo that it could be compared with; told when it changes. */
  onLayers(any: boolean): void;
  onError(thrown: unknown): void;
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
  let compositor = compose();
  let frame = 0;
  let told: boolean | undefined;
  let ended = false;
  const ensureNormals = createNormals(() => schedule(), listeners.onError);

  /** None where the browser has no WebGL2, or its driver refuses the programs: figures and files are there without. */
  function compose(): Compositor | undefined {
    let made: Compositor | undefined;
    try {
      made = createCompositor(canvas);
    } catch {
      // Nothing that the person at the page could do about it but what they are told.
    }
    listeners.onSupport(made !== undefined);
    return made;
  }

  function paint(): void {
    frame = 0;
    const ratio = window.devicePixelRatio;
    const state = store.getState();
    const { size } = state.stage;
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    // Setting the size clears the canvas, even to the same size.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const photo = selectedPhoto(state);
    const bitmap = photo?.state === 'ready' ? results.bitmaps.get(photo.id) : undefined;
    const layers = bitmap ? stageLayers(state, results) : [];
    if (bitmap && state.stage.layers) ensureNormals(state, results);
    if (told !== layers.length > 0) {
      told = layers.length > 0;
      listeners.onLayers(told);
    }
    if (!bitmap || width === 0 || height === 0) {
      compositor?.draw(undefined);
      return;
    }
    const rect = photoRect(state);
    // The canvas has whole pixels, the stage may not.
    const [across, down] = [width / size.width, height / size.height];
    compositor?.draw({
      photo: bitmap,
      ratio,
      rect: { x: rect.x * across, y: rect.y * down, width: rect.width * across, height: rect.height * down },
      layers: state.stage.layers ? layers : [],
      photoOpacity: state.stage.photo ? state.stage.photoOpacity : 0,
      split: splitOf(state) * across,
    });
  }

  const schedule = (): void => {
    if (!ended) frame ||= requestAnimationFrame(paint);
  };

  function onLost(event: Event): void {
    // Without this the browser never restores the context.
    event.preventDefault();
    compositor = undefined;
  }
  function onRestored(): void {
    compositor = compose();
    schedule();
  }

  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onRestored);
  const resize = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    store.setState({ stage: { ...store.getState().stage, size: { width, height } } });
  });
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
      state.stage !== before.stage ||
      state.layers !== before.layers ||
      state.truth !== before.truth ||
      state.beside !== before.beside ||
      state.depth !== before.depth ||
      state.refer !== before.refer ||
      state.masks !== before.masks ||
      state.segment !== before.segment
    )
      schedule();
  });
  schedule();

  return () => {
    ended = true;
    unsubscribe();
    resize.disconnect();
    window.removeEventListener('resize', schedule);
    canvas.removeEventListener('webglcontextlost', onLost);
    canvas.removeEventListener('webglcontextrestored', onRestored);
    cancelAnimationFrame(frame);
    compositor?.dispose();
  };
}
