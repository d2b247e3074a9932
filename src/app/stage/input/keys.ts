import type { Workbench } from '../../context.ts';
import type { Handlers } from '../../shortcuts/shortcuts.ts';
import { leaveTool } from '../../shortcuts/tools.ts';
import { paintDot } from '../overlays/brush.ts';
import { placePoint } from '../overlays/measure.ts';
import { type StageActions, ZOOM_STEP } from './actions.ts';

/** Pixels of the photo by which one arrow key moves the crosshair. */
const STEP = 8;
/** Fraction of the stage by which one arrow key moves the photo. */
const PAN = 1 / 8;

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const directionOf = (key: string) => DIRECTIONS[key] ?? ([0, 0] as const);

/** Returns the handlers of keys that work wherever the focus is. */
export function viewKeys(actions: StageActions): Handlers<'view'> {
  return {
    zoomIn: () => actions.zoom(ZOOM_STEP),
    zoomOut: () => actions.zoom(1 / ZOOM_STEP),
    fit: actions.fit,
    actualSize: () => actions.actualSize(window.devicePixelRatio),
    layersAlone: () => actions.compare(0),
    half: () => actions.compare(0.5),
    photoAlone: () => actions.compare(1),
    photo: () => actions.toggle('photo'),
    layers: () => actions.toggle('layers'),
  };
}

/** Returns the handlers of keys that work while the stage has the focus. */
export function stageKeys(actions: StageActions, workbench: Workbench): Handlers<'stage'> {
  const { store } = workbench;
  const step = (key: string, pixels: number) => {
    const [x, y] = directionOf(key);
    actions.step(x * pixels, y * pixels);
  };
  return {
    step: (key) => step(key, STEP),
    pixel: (key) => step(key, 1),
    pan: (key) => {
      const [x, y] = directionOf(key);
      const { width, height } = store.getState().stage.size;
      // The arrow moves the view, so the photo moves the opposite way.
      actions.pan(-x * PAN * width, -y * PAN * height);
    },
    mark() {
      placePoint(workbench);
      paintDot(workbench, false);
    },
    erase: () => paintDot(workbench, true),
    hide() {
      if (!leaveTool(workbench)) actions.point(undefined);
    },
  };
}
