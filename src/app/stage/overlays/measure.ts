import { type MouseEvent, type PointerEvent, useMemo, useRef } from 'react';
import { type Measurement, measure, withPoint } from '../../../tasks/depth/measure.ts';
import type { Place } from '../../../tasks/place.ts';
import { useApp, useWorkbench, type Workbench } from '../../context.ts';
import type { Results } from '../../results/results.ts';
import { depthOf, shownLens } from '../../results/selectors.ts';
import type { AppState } from '../../store.ts';

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

/** Measuring points of a photo, with their depths and distance. */
export interface Measured extends Measurement {
  readonly points: readonly Place[];
}

/** Returns the measuring points of the shown photo; undefined if there are none. */
export function measurementOf(state: AppState, results: Results): Measured | undefined {
  const { task, selected, depth } = state;
  const result = depthOf(state, results);
  const lens = shownLens(state, results);
  const { measured } = depth;
  if (task !== 'depth' || !result || !lens || !measured || measured.photo !== selected) return undefined;
  return { points: measured.points, ...measure(result, measured.points, lens.fov) };
}

export function useMeasurement(): Measured | undefined {
  const { store, results } = useWorkbench();
  useApp((state) => state.depth);
  useApp((state) => state.selected);
  useApp((state) => state.task);
  useApp((state) => state.engine);
  useApp((state) => state.revision);
  return measurementOf(store.getState(), results);
}
