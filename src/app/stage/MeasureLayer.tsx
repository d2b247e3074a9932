import { type MouseEvent, type PointerEvent, useMemo, useRef } from 'react';
import { formatMetres } from '../../format.ts';
import { measure, withPoint } from '../../tasks/depth/measure.ts';
import { useApp, useWorkbench, type Workbench } from '../context.ts';
import { depthOf, lensOnShow } from '../results/shown.ts';
import type { Rect } from './geometry.ts';
import './measure.css';

/** A press that moved further than this, in CSS pixels, was a drag. */
const DRAG = 5;

/** Puts a point of the measurement where the crosshair is, while measuring. */
export function placePoint({ store, results }: Pick<Workbench, 'store' | 'results'>): void {
  const state = store.getState();
  const { task, depth, selected, crosshair } = state;
  if (task !== 'depth' || !depth.measuring || selected === undefined || !crosshair || !depthOf(state, results)) return;
  const { u, v } = crosshair;
  store.setState({ depth: { ...depth, ...withPoint(depth, selected, { u, v }) } });
}

/** Handlers of the stage: a click puts a point of the measurement. */
export function useMeasuring() {
  const { store, results } = useWorkbench();
  const pressed = useRef<{ readonly x: number; readonly y: number }>(undefined);
  return useMemo(
    () => ({
      onPointerDownCapture({ clientX, clientY }: PointerEvent) {
        pressed.current = { x: clientX, y: clientY };
      },
      onClick({ clientX, clientY, target, currentTarget }: MouseEvent) {
        // What else lies on the stage has clicks and keys of its own.
        if (target !== currentTarget && !(target instanceof HTMLCanvasElement)) return;
        const from = pressed.current;
        if (from && Math.hypot(clientX - from.x, clientY - from.y) <= DRAG) placePoint({ store, results });
      },
    }),
    [store, results],
  );
}

/** Points of the measurement on show and what they say, if there are any. */
export function useMeasurement() {
  const { store, results } = useWorkbench();
  const depth = useApp((state) => state.depth);
  const selected = useApp((state) => state.selected);
  const task = useApp((state) => state.task);
  useApp((state) => state.engine);
  useApp((state) => state.revision);
  const result = depthOf(store.getState(), results);
  const lens = lensOnShow(store.getState(), results);
  const { measured } = depth;
  if (task !== 'depth' || !result || !lens || !measured || measured.photo !== selected) return undefined;
  return { points: measured.points, ...measure(result, measured.points, lens.fov) };
}

/** The measured points and the line between them, over the photo. */
export function MeasureLayer({ rect }: { readonly rect: Rect }) {
  const found = useMeasurement();
  if (!found || found.points.length === 0) return null;
  const points = found.points.map(({ u, v }, i) => ({
    name: i === 0 ? 'A' : 'B',
    depth: found.depths[i] ?? Number.NaN,
    x: rect.x + u * rect.width,
    y: rect.y + v * rect.height,
  }));
  const [a, b] = points;
  return (
    <svg className="measure" aria-hidden="true" data-testid="measure">
      {a && b && (
        <>
          <path className="measure-halo" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
          <path className="measure-line" d={`M${a.x} ${a.y}L${b.x} ${b.y}`} />
        </>
      )}
      {points.map(({ name, depth, x, y }) => (
        <g key={name}>
          <circle className="measure-halo" cx={x} cy={y} r="5" />
          <circle className="measure-point" cx={x} cy={y} r="5" />
          <text x={x} y={y > rect.y + 30 ? y - 11 : y + 22}>
            {name} {formatMetres(depth)}
          </text>
        </g>
      ))}
      {a && b && found.distance !== undefined && (
        <text className="measure-distance" x={(a.x + b.x) / 2} y={(a.y + b.y) / 2 + 5}>
          {formatMetres(found.distance)}
        </text>
      )}
    </svg>
  );
}
