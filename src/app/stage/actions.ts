import { type AppStore, selectedPhoto } from '../store.ts';
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
  /** Moves the crosshair by pixels of the photo; the view follows. */
  step(dx: number, dy: number): void;
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
    const { stage, crosshair } = store.getState();
    const centre = { x: stage.size.width / 2, y: stage.size.height / 2 };
    if (!crosshair) return centre;
    const rect = photoRect(store.getState());
    const at = { x: rect.x + crosshair.u * rect.width, y: rect.y + crosshair.v * rect.height };
    const inSight = at.x >= 0 && at.x <= stage.size.width && at.y >= 0 && at.y <= stage.size.height;
    return inSight ? at : centre;
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
    point(at) {
      const state = store.getState();
      const found =
        at && selectedPhoto(state)?.state === 'ready' ? pointOnPhoto(photoRect(state), at.x, at.y) : undefined;
      store.setState({ crosshair: found && { ...found, by: 'pointer' } });
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
