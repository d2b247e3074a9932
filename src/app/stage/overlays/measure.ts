import { type MouseEvent, type PointerEvent, useMemo, useRef } from 'react';
import { measure, withPoint } from '../../../tasks/depth/measure.ts';
import { useApp, useWorkbench, type Workbench } from '../../context.ts';
import { depthOf, shownLens } from '../../results/selectors.ts';

/** A press that moved further than this, in CSS pixels, is a drag. */
const DRAG = 5;

/** Sets a measuring point at the crosshair while the tool is active. */
export function placePoint({ store, results }: Pick<Workbench, 'store' | 'results'>): void {
  const state = store.getState();
  const { task, depth, selected, crosshair } = state;
  if (task !== 'depth' || !depth.measuring || selected === undefined || !crosshair || !depthOf(state, results)) return;
  const { u, v } = crosshair;
  store.setState({ depth: { ...depth, ...withPoint(depth, selected, { u, v }) } });
}

/** Returns handlers of the stage by which a click sets a measuring point. */
export function useMeasuring() {
  const { store, results } = useWorkbench();
  const pressed = useRef<{ readonly x: number; readonly y: number }>(undefined);
  return useMemo(
    () => ({
      onPointerDownCapture({ clientX, clientY }: PointerEvent) {
        pressed.current = { x: clientX, y: clientY };
      },
      onClick({ clientX, clientY, target, currentTarget }: MouseEvent) {
        // Other controls on the stage handle their own clicks.
        if (target !== currentTarget && !(target instanceof HTMLCanvasElement)) return;
        const from = pressed.current;
        if (from && Math.hypot(clientX - from.x, clientY - from.y) <= DRAG) placePoint({ store, results });
      },
    }),
    [store, results],
  );
}

/** Returns the measuring points of the shown photo with their depths and distance; undefined if there are none. */
export function useMeasurement() {
  const { store, results } = useWorkbench();
  const depth = useApp((state) => state.depth);
  const selected = useApp((state) => state.selected);
  const task = useApp((state) => state.task);
  useApp((state) => state.engine);
  useApp((state) => state.revision);
  const result = depthOf(store.getState(), results);
  const lens = shownLens(store.getState(), results);
  const { measured } = depth;
  if (task !== 'depth' || !result || !lens || !measured || measured.photo !== selected) return undefined;
  return { points: measured.points, ...measure(result, measured.points, lens.fov) };
}
