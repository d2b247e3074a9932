import { VpdError } from '../errors.ts';
import type { Rle } from './mask.ts';

/** Corners are walked on a grid this much finer than the pixels. */
const FINER = 5;
/** Bounds on what a hostile file can make us walk: no annotated object has more corners, no photo is wider. */
const MAX_CORNERS = 100_000;
const MAX_PLACE = 100_000;

/**
 * A filled polygon [x0, y0, x1, y1, …] as COCO's run-length encoding, pixel for pixel what pycocotools' `frPyObjects` gives: the boundary
 * is walked on a grid five times finer, and where it passes the middle of a column, a run begins or ends.
 * @throws VpdError bad-file: too few or too many corners, or one far out of any picture
 */
export function rasterizePolygon(corners: readonly number[], width: number, height: number): Rle {
  const count = Math.floor(corners.length / 2);
  if (count < 3 || count > MAX_CORNERS)
    throw new VpdError('bad-file', `A polygon has ${count} corners; from 3 to ${MAX_CORNERS} were expected.`);
  const far = corners.find((place) => !(Math.abs(place) <= MAX_PLACE));
  if (far !== undefined)
    throw new VpdError(
      'bad-file',
      `A polygon has a corner at ${far}; places from −${MAX_PLACE} to ${MAX_PLACE} px were expected.`,
    );
  const at = (i: number): number => Math.trunc(FINER * (corners[i] ?? 0) + 0.5);
  const crossings: number[] = [];
  let [x, y] = [at(0), at(1)];
  for (let i = 1; i <= count; i++) {
    const [nextX, nextY] = [at(2 * (i % count)), at(2 * (i % count) + 1)];
    cross(x, y, nextX, nextY, width, height, crossings);
    [x, y] = [nextX, nextY];
  }
  return { size: [height, width], counts: runsOf(crossings, width * height) };
}

/** Notes, in COCO's order down the columns, where the side from a to b passes the middle of a column of pixels. */
function cross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  width: number,
  height: number,
  crossings: number[],
): void {
  const steps = Math.max(Math.abs(bx - ax), Math.abs(by - ay));
  const flat = Math.abs(bx - ax) >= Math.abs(by - ay);
  // Sides are walked from the lesser coordinate on, so that the two polygons that share one see the same points.
  const back = flat ? ax > bx : ay > by;
  const [sx, sy, ex, ey] = back ? [bx, by, ax, ay] : [ax, ay, bx, by];
  const slope = flat ? (ey - sy) / (bx === ax ? 1 : Math.abs(bx - ax)) : (ex - sx) / Math.abs(by - ay);
  const point = (step: number): readonly [number, number] => {
    const t = back ? steps - step : step;
    return flat ? [t + sx, Math.trunc(sy + slope * t + 0.5)] : [Math.trunc(sx + slope * t + 0.5), t + sy];
  };
  let [fromX, fromY] = point(0);
  for (let step = 1; step <= steps; step++) {
    const [toX, toY] = point(step);
    if (toX !== fromX) {
      const column = (Math.min(toX, fromX) + 0.5) / FINER - 0.5;
      if (Number.isInteger(column) && column >= 0 && column <= width - 1) {
        const row = Math.ceil(Math.min(height, Math.max(0, (Math.min(toY, fromY) + 0.5) / FINER - 0.5)));
        crossings.push(column * height + row);
      }
    }
    [fromX, fromY] = [toX, toY];
  }
}

/** Runs between crossings; two at one place cancel out. */
function runsOf(crossings: number[], pixels: number): number[] {
  const ends = [...crossings, pixels].sort((a, b) => a - b);
  const counts: number[] = [];
  let before = 0;
  for (let i = 0; i < ends.length; i++) {
    const run = (ends[i] ?? 0) - before;
    before = ends[i] ?? 0;
    if (run > 0 || counts.length === 0) counts.push(run);
    else {
      i++;
      if (i < ends.length) {
        counts[counts.length - 1] = (counts.at(-1) ?? 0) + (ends[i] ?? 0) - before;
        before = ends[i] ?? 0;
      }
    }
  }
  return counts;
}
