import { isToolInUse } from '../../shortcuts/tool-in-use.ts';
import { type AppState, type AppStore, selectedPhoto } from '../../store.ts';
import { movePoint, type Point, pointOnPhoto, type Size } from '../geometry.ts';
import { photoRect } from '../place.ts';
import type { StageState } from '../state.ts';
import { FIT, panView, revealView, type View, widthView, zoomView } from '../view.ts';

/** Zoom factor of one press of a key or a button. */
export const ZOOM_STEP = 1.5;

/** What a click did to the crosshair. */
export type Click = 'held' | 'released';

/** What pointer, wheel, fingers, keys and buttons do to the stage. Points are in CSS pixels of the stage. */
export interface StageActions {
  /** Zooms by a factor around a point; by default the crosshair if it is visible, else the centre. Returns true if the view changed. */
  zoom(factor: number, at?: Point): boolean;
  pan(dx: number, dy: number): void;
  fit(): void;
  /** Shows each pixel of the photo on one device pixel, zooming around the same point as `zoom`. `density`: device pixels per CSS pixel. */
  actualSize(density: number): void;
  /** Moves the compare handle to a fraction (0 to 1) of the visible photo, and shows photo and layers. */
  compare(share: number): void;
  toggle(what: 'photo' | 'layers'): void;
  /** Puts the crosshair at a point; hides it if the point is undefined or outside the photo. */
  point(at: Point | undefined): void;
  /** As `point`, for a moving pointer: a held crosshair stays. */
  follow(at: Point | undefined): void;
  /**
   * Holds the crosshair at a clicked point; a second click there releases it. Returns which of the two; undefined outside the photo, and with
   * an active tool, whose click it is.
   */
  click(at: Point): Click | undefined;
  /** Releases a held crosshair: it follows the pointer again. */
  release(): void;
  /** Moves the crosshair by pixels of the photo; the view follows. */
  step(dx: number, dy: number): void;
}

/** Largest distance of two clicks at the same place, in CSS pixels. */
const SAME_PLACE = 4;

/** Returns the crosshair's position on the stage; undefined if there is none. */
function crosshairAt(state: AppState): Point | undefined {
  const { crosshair } = state;
  const rect = photoRect(state);
  return crosshair && { x: rect.x + crosshair.u * rect.width, y: rect.y + crosshair.v * rect.height };
}

export function createStageActions(store: AppStore): StageActions {
  function patch(change: Partial<StageState>): void {
    store.setState({ stage: { ...store.getState().stage, ...change } });
  }

  /** Changes the view of the selected photo. Returns true if it is a different one. */
  function changeView(change: (stage: Size, photo: Size, view: View) => View): boolean {
    const state = store.getState();
    const photo = selectedPhoto(state);
    if (photo?.state !== 'ready' || state.stage.size.width === 0) return false;
    const { size, view } = state.stage;
    const next = change(size, photo, view);
    if (next.scale === view.scale && next.u === view.u && next.v === view.v) return false;
    patch({ view: next });
    return true;
  }

  function zoomCentre(): Point {
    const { stage } = store.getState();
    const centre = { x: stage.size.width / 2, y: stage.size.height / 2 };
    const at = crosshairAt(store.getState());
    if (!at) return centre;
    const isVisible = at.x >= 0 && at.x <= stage.size.width && at.y >= 0 && at.y <= stage.size.height;
    return isVisible ? at : centre;
  }

  function pointAt(at: Point | undefined): void {
    const state = store.getState();
    const found =
      at && selectedPhoto(state)?.state === 'ready' ? pointOnPhoto(photoRect(state), at.x, at.y) : undefined;
    store.setState({ crosshair: found && { ...found, by: 'pointer' } });
  }

  return {
    zoom: (factor, at) => changeView((stage, photo, view) => zoomView(stage, photo, view, factor, at ?? zoomCentre())),
    pan: (dx, dy) => void changeView((stage, photo, view) => panView(stage, photo, view, dx, dy)),
    fit: () => patch({ view: FIT }),
    actualSize: (density) =>
      void changeView((stage, photo, view) => widthView(stage, photo, view, photo.width / density, zoomCentre())),
    compare: (share) => patch({ compare: Math.min(1, Math.max(0, share)), photo: true, layers: true }),
    toggle(what) {
      const other = what === 'photo' ? 'layers' : 'photo';
      const { [what]: on, [other]: otherOn } = store.getState().stage;
      // One of them stays visible: hiding the only visible one shows the other.
      patch({ [what]: !on, [other]: on ? true : otherOn });
    },
    point: pointAt,
    follow(at) {
      const state = store.getState();
      if (!state.crosshair?.held || isToolInUse(state)) pointAt(at);
    },
    click(at) {
      const before = store.getState();
      const held = before.crosshair?.held && crosshairAt(before);
      pointAt(at);
      const { crosshair } = store.getState();
      if (!crosshair || isToolInUse(before)) return undefined;
      if (held && Math.hypot(at.x - held.x, at.y - held.y) <= SAME_PLACE) return 'released';
      store.setState({ crosshair: { ...crosshair, held: true } });
      return 'held';
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
      changeView((stage, size, view) => revealView(stage, size, view, point));
    },
  };
}
