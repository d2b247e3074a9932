import type { DepthResult } from '../../engine/results.ts';
import { distance, focalLength, unproject } from '../../image/camera.ts';
import type { Place } from '../place.ts';
import type { DepthView } from './view.ts';

export interface Measurement {
  /** Depth at each point, metres. */
  readonly depths: readonly number[];
  /** Distance between the two points in space, metres; undefined with fewer points. */
  readonly distance: number | undefined;
}

function pixelOf({ width, height }: DepthResult, { u, v }: Place): readonly [x: number, y: number] {
  return [Math.min(width - 1, Math.floor(u * width)), Math.min(height - 1, Math.floor(v * height))];
}

/** Measures the depth at each point, and the distance of two points in space for a horizontal field of view `fov` (degrees). */
export function measure(result: DepthResult, points: readonly Place[], fov: number): Measurement {
  const focal = focalLength(result.width, fov);
  const seen = points.map((point) => {
    const [x, y] = pixelOf(result, point);
    const depth = result.metres[y * result.width + x] ?? Number.NaN;
    return { depth, at: unproject(x, y, depth, result, focal) };
  });
  const [a, b] = seen;
  return { depths: seen.map(({ depth }) => depth), distance: a && b ? distance(a.at, b.at) : undefined };
}

/** Adds a point to the view; a third point, or one on another photo, starts a new pair. */
export function withPoint({ measured }: DepthView, photo: string, point: Place): Partial<DepthView> {
  const before = measured?.photo === photo && measured.points.length < 2 ? measured.points : [];
  return { measured: { photo, points: [...before, { u: point.u, v: point.v }] } };
}
