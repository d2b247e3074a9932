import { TASK_IDS } from '../../../vpd/config.ts';
import type { Workbench } from '../../context.ts';
import { createNormals } from '../../layers/normals.ts';
import type { Photos } from '../../photos/photos.ts';
import { stageLayers } from '../../second-model/layers.ts';
import { selectedPhoto } from '../../store.ts';
import { wholePixels } from '../geometry.ts';
import { photoRect, splitOf } from '../place.ts';
import { createCloseUps } from './close-up.ts';
import { type Compositor, createCompositor } from './compositor.ts';
import { sceneOf, shownBitmap } from './scene.ts';

/** A restarted driver restores the context sooner; a loss is reported only after this time. */
const RESTORE_MS = 3000;
/** Says that nothing can be drawn. */
export const NO_WEBGL =
  'WebGL2, which draws the pictures here, does not work in this browser. Downloads and figures still do; use a current Chrome, Edge, Firefox or Safari with hardware acceleration.';
const LOST =
  'The graphics card stopped drawing the pictures here, and the browser has not restarted it. Downloads and figures still work; reload the page to see the pictures again.';

interface Listeners {
  /** Called with one sentence that says why nothing is drawn, and with undefined once drawing works. */
  onProblem(sentence: string | undefined): void;
  /** Called with true when there are layers to compare the photo with, and with false when there are none any more. */
  onLayers(any: boolean): void;
  onError(thrown: unknown): void;
}

interface Parts extends Pick<Workbench, 'store' | 'results' | 'media'> {
  readonly session: Pick<Photos, 'cut'>;
}

/**
 * Paints the stage whenever the state or the size changes, at most once a frame and outside React: moving a slider costs one draw call.
 * Returns a function that stops it.
 */
export function attachStage(
  canvas: HTMLCanvasElement,
  { store, results, media, session }: Parts,
  listeners: Listeners,
): () => void {
  let compositor = compose();
  let frame = 0;
  let hadLayers: boolean | undefined;
  let ended = false;
  let restoring: ReturnType<typeof setTimeout> | undefined;
  const closeUps = createCloseUps(session.cut, () => schedule());
  const ensureNormals = createNormals(() => schedule(), listeners.onError);

  /** Creates the compositor; undefined without WebGL2 or if its driver refuses the programs: figures and files work without it. */
  function compose(): Compositor | undefined {
    let made: Compositor | undefined;
    try {
      made = createCompositor(canvas);
    } catch {
      // The cause is of no use to the user: NO_WEBGL says what to do.
    }
    listeners.onProblem(made ? undefined : NO_WEBGL);
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
    const bitmap = shownBitmap(state, media);
    const layers = bitmap ? stageLayers(state, results) : [];
    if (bitmap && state.stage.layers) ensureNormals(state, results);
    if (hadLayers !== layers.length > 0) {
      hadLayers = layers.length > 0;
      listeners.onLayers(hadLayers);
    }
    if (!bitmap || width === 0 || height === 0) {
      closeUps.end();
      if (state.stage.closeUp) store.setState({ stage: { ...state.stage, closeUp: false } });
      compositor?.draw(undefined);
      return;
    }
    const rect = photoRect(state);
    // The canvas has whole device pixels, the stage may have fractions: the scale is not exactly `ratio`.
    const [across, down] = [width / size.width, height / size.height];
    const drawn = { x: rect.x * across, y: rect.y * down, width: rect.width * across, height: rect.height * down };
    const photo = selectedPhoto(state);
    const onPixels = wholePixels(wholePixels(drawn, bitmap), photo ?? bitmap);
    const closeUp = photo && closeUps.of(photo, bitmap, onPixels, canvas);
    if (state.stage.closeUp !== (closeUp !== undefined))
      store.setState({ stage: { ...state.stage, closeUp: closeUp !== undefined } });
    compositor?.draw(
      sceneOf(state, bitmap, layers, { ratio, rect: onPixels, split: splitOf(state) * across, closeUp }),
    );
  }

  const schedule = (): void => {
    if (!ended) frame ||= requestAnimationFrame(paint);
  };

  function onLost(event: Event): void {
    // Without this the browser never restores the context.
    event.preventDefault();
    compositor = undefined;
    clearTimeout(restoring);
    restoring = setTimeout(() => listeners.onProblem(LOST), RESTORE_MS);
  }
  function onRestored(): void {
    clearTimeout(restoring);
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
  // Browser zoom and another screen change the pixel ratio, but not always the size.
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
      state.errors !== before.errors ||
      state.secondModel !== before.secondModel ||
      state.masks !== before.masks ||
      TASK_IDS.some((task) => state[task] !== before[task])
    )
      schedule();
  });
  schedule();

  return () => {
    ended = true;
    clearTimeout(restoring);
    unsubscribe();
    resize.disconnect();
    window.removeEventListener('resize', schedule);
    canvas.removeEventListener('webglcontextlost', onLost);
    canvas.removeEventListener('webglcontextrestored', onRestored);
    cancelAnimationFrame(frame);
    closeUps.end();
    compositor?.dispose();
  };
}
