import { type AppState, type AppStore, selectedPhoto } from '../store.ts';
import { movePoint, type Point, pointOnPhoto, type Size } from './geometry.ts';
import { photoRect } from './place.ts';
import type { StageState } from './state.ts';
import { FIT, panView, revealView, type View, zoomView } from './view.ts';

/** Factor of one press of a key or a button. */
export const ZOOM_STEP = 1.5;

/** What pointer, wheel, fingers, keys and buttons do to the stage. Points are in CSS pixels of the stage. */
export interface StageActions {
  /** Zooms by a factor about a point, else about the crosshair, else about the middle. Tells whether anything moved. */
  zoom(factor: number, at?: Point): boolean;
  pan(dx: number, dy: number): void;
  fit(): void;
  /** Puts the compare handle at a share of what is in sight, and shows both sides. */
  compare(share: number): void;
  toggle(what: 'photo' | 'layers'): void;
  /** The crosshair under a pointer; beside the photo, or without a point, there is none. */
  point(at: Point | undefined): void;
  /** The same for a pointer that passes: a crosshair that is held stays. */
  follow(at: Point | undefined): void;
  /** A click holds the crosshair where it is, a second one there lets it go; with a tool in hand clicks are the tool's. */
  click(at: Point): void;
  /** Lets a held crosshair go. */
  release(): void;
  /** Moves the crosshair by pixels of the photo; the view follows. */
  step(dx: number, dy: number): void;
}

/** CSS pixels within which two clicks are at one place. */
const SAME_PLACE = 4;

/** Clicks measure, or paint. */
const hasTool = ({ task, depth, refer }: AppState): boolean =>
  (task === 'depth' && depth.measuring) || (task === 'refer' && refer.brush !== 'off');

/** Where the crosshair is on the stage, if there is one. */
function crosshairAt(state: AppState): Point | undefined {
  const { crosshair } = state;
  const rect = photoRect(state);
  return crosshair && { x: rect.x + crosshair.u * rect.width, y: rect.y + crosshair.v * rect.height };
}

export function createStageActions(store: AppStore): StageActions {
  function patch(change: Partial<StageState>): void {
    store.setState({ stage: { ...store.getState().stage, ...change } });
  }

  /** Changes the view of the photo on show, if there is one. */
  function look(change: (stage: Size, photo: Size, view: View) => View): boolean {
    const state = store.getState();
    const photo = selectedPhoto(state);
    if (photo?.state !== 'ready' || state.stage.size.width === 0) return false;
    const { size, view } = state.stage;
    const next = change(size, photo, view);
    if (next.scale === view.scale && next.u === view.u && next.v === view.v) return false;
    patch({ view: next });
    return true;
  }

  function middle(): Point {
    const { stage } = store.getState();
    const centre = { x: stage.size.width / 2, y: stage.size.height / 2 };
    const at = crosshairAt(store.getState());
    if (!at) return centre;
    const inSight = at.x >= 0 && at.x <= stage.size.width && at.y >= 0 && at.y <= stage.size.height;
    return inSight ? at : centre;
  }

  function pointAt(at: Point | undefined): void {
    const state = store.getState();
    const found =
      at && selectedPhoto(state)?.state === 'ready' ? pointOnPhoto(photoRect(state), at.x, at.y) : undefined;
    store.setState({ crosshair: found && { ...found, by: 'pointer' } });
  }

  return {
    zoom: (factor, at) => look((stage, photo, view) => zoomView(stage, photo, view, factor, at ?? middle())),
    pan: (dx, dy) => void look((stage, photo, view) => panView(stage, photo, view, dx, dy)),
    fit: () => patch({ view: FIT }),
    compare: (share) => patch({ compare: Math.min(1, Math.max(0, share)), photo: true, layers: true }),
    toggle(what) {
      const other = what === 'photo' ? 'layers' : 'photo';
      const { [what]: on, [other]: otherOn } = store.getState().stage;
      // An empty stage shows nothing: hiding the last one shows the other.
      patch({ [what]: !on, [other]: on ? true : otherOn });
    },
    point: pointAt,
    follow(at) {
      const state = store.getState();
      if (!state.crosshair?.held || hasTool(state)) pointAt(at);
    },
    click(at) {
      const before = store.getState();
      const held = before.crosshair?.held && crosshairAt(before);
      pointAt(at);
      const { crosshair } = store.getState();
      if (!crosshair || hasTool(before)) return;
      if (held && Math.hypot(at.x - held.x, at.y - held.y) <= SAME_PLACE) return;
      store.setState({ crosshair: { ...crosshair, held: true } });
    },
    release() {
      const { crosshair } = store.getState();
      if (crosshair?.held) store.setState({ crosshair: { u: crosshair.u, v: crosshair.v, by: crosshair.by } });
    },
    step(dx, dy) {
      const state = store.getState();
      const photo = selectedPhoto(state);
      if (photo?.state !== 'ready') return;
      const point = movePoint(state.crosshair ?? { u: 0.5, v: 0.5 }, dx, dy, photo);
      store.setState({ crosshair: { ...point, by: 'keys' } });
      look((stage, size, view) => revealView(stage, size, view, point));
    },
  };
}
