import type { Workbench } from '../context.ts';
import type { Handlers } from '../shortcuts/shortcuts.ts';
import { type StageActions, ZOOM_STEP } from './actions.ts';
import { dab } from './brush.ts';
import { placePoint } from './measure.ts';

/** Steps of the keyboard's crosshair, in pixels of the photo. */
const STEP = 8;
/** Share of the stage that one key moves the photo by. */
const PAN = 1 / 8;

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const wayOf = (key: string) => WAYS[key] ?? ([0, 0] as const);

/** What keys do wherever the focus is. */
export function viewKeys(actions: StageActions): Handlers<'view'> {
  return {
    zoomIn: () => actions.zoom(ZOOM_STEP),
    zoomOut: () => actions.zoom(1 / ZOOM_STEP),
    fit: actions.fit,
    layersAlone: () => actions.compare(0),
    half: () => actions.compare(0.5),
    photoAlone: () => actions.compare(1),
    photo: () => actions.toggle('photo'),
    layers: () => actions.toggle('layers'),
  };
}

/** What keys do on the stage itself. */
export function stageKeys(actions: StageActions, workbench: Workbench): Handlers<'stage'> {
  const { store } = workbench;
  const step = (key: string, pixels: number) => {
    const [x, y] = wayOf(key);
    actions.step(x * pixels, y * pixels);
  };
  return {
    step: (key) => step(key, STEP),
    pixel: (key) => step(key, 1),
    pan: (key) => {
      const [x, y] = wayOf(key);
      const { width, height } = store.getState().stage.size;
      // The arrow says where to look: the photo goes the other way.
      actions.pan(-x * PAN * width, -y * PAN * height);
    },
    mark() {
      placePoint(workbench);
      dab(workbench, false);
    },
    erase: () => dab(workbench, true),
    hide: () => actions.point(undefined),
  };
}
