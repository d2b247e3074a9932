import { VpdError } from '../../errors.ts';
import type { Rle } from './mask.ts';

/** Grid steps per pixel on which the boundary is traced. */
const FINER = 5;
/** Limits on the work that a hostile file can cause; no annotated object has more corners and no photo is wider. */
const MAX_CORNERS = 100_000;
const MAX_PLACE = 100_000;

/**
 * Rasterizes a polygon [x0, y0, x1, y1, …] to COCO's run-length encoding, identical to pycocotools' `frPyObjects`: the boundary is traced
 * on a grid five times finer than the pixels, and a run begins or ends where it crosses the middle of a column.
 * @throws VpdError bad-file: too few or too many corners, or one far outside any picture
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
  /** 1 where a run begins or ends, column by column as in COCO; two at the same place cancel out. */
  const flips = new Uint8Array(width * height + 1);
  let [x, y] = [at(0), at(1)];
  for (let i = 1; i <= count; i++) {
    const [nextX, nextY] = [at(2 * (i % count)), at(2 * (i % count) + 1)];
    cross(x, y, nextX, nextY, width, height, flips);
    [x, y] = [nextX, nextY];
  }
  return { size: [height, width], counts: runsOf(flips, width * height) };
}

/** Grid step before the middle of a pixel: the boundary crosses a column's middle between this step and the next. */
const MIDDLE = (FINER - 1) / 2;

/** Flips the places where the side from a to b crosses the middle of a column of pixels. */
function cross(ax: number, ay: number, bx: number, by: number, width: number, height: number, flips: Uint8Array): void {
  const steps = Math.max(Math.abs(bx - ax), Math.abs(by - ay));
  const flat = Math.abs(bx - ax) >= Math.abs(by - ay);
  // Sides are traced from the smaller coordinate on, so that two polygons that share a side get the same points.
  const back = flat ? ax > bx : ay > by;
  const [sx, sy, ex, ey] = back ? [bx, by, ax, ay] : [ax, ay, bx, by];
  const slope = flat ? (ey - sy) / (ex - sx) : (ex - sx) / (ey - sy);
  const xAt = (step: number): number => (flat ? step + sx : Math.trunc(sx + slope * step + 0.5));
  const yAt = (step: number): number => (flat ? Math.trunc(sy + slope * step + 0.5) : step + sy);
  /** First step of a steep side beyond x: at the position without rounding, or next to it. */
  const passing = (x: number): number => {
    const beyond = (step: number): boolean => xAt(step) > x === slope > 0;
    let step = Math.max(1, Math.min(steps, Math.round((x + 0.5 - sx) / slope)));
    while (step > 1 && beyond(step - 1)) step--;
    while (step < steps && !beyond(step)) step++;
    return step;
  };
  // Visits only columns of the picture: in a hostile file, a side may be very long.
  const [low, high] = [Math.min(ax, bx), Math.max(ax, bx)];
  const first = Math.max(0, Math.ceil((low - MIDDLE) / FINER));
  for (let column = first; column < width && FINER * column + MIDDLE < high; column++) {
    const x = FINER * column + MIDDLE;
    const step = flat ? x + 1 - sx : passing(x);
    const y = Math.min(yAt(step - 1), yAt(step));
    const row = Math.ceil(Math.min(height, Math.max(0, (y + 0.5) / FINER - 0.5)));
    const place = column * height + row;
    flips[place] = 1 - (flips[place] ?? 0);
  }
}

/** Lengths of the runs between the flips; a flip at the end of the picture starts no run. */
function runsOf(flips: Uint8Array, pixels: number): number[] {
  const counts: number[] = [];
  let before = 0;
  for (let at = flips.indexOf(1); at >= 0 && at < pixels; at = flips.indexOf(1, at + 1)) {
    counts.push(at - before);
    before = at;
  }
  counts.push(pixels - before);
  return counts;
}
