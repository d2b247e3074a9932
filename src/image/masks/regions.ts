/** Regions of a mask: 4-connected pixels of the same value. */
interface Regions {
  /** Region of each pixel, 0…count−1, numbered in the order of their first pixels. */
  readonly labels: Int32Array;
  readonly areas: readonly number[];
  /** 1 for regions inside the mask, 0 for those outside. */
  readonly values: readonly number[];
  /** Whether each region touches the picture's edge. */
  readonly onEdge: readonly boolean[];
}

/** Regions by runs (consecutive pixels of the same value in a row): thousands instead of millions of items, fast enough for a slider. */
interface Runs extends Omit<Regions, 'labels'> {
  readonly count: number;
  /** First pixel of each run; a run ends where the next one starts. */
  readonly starts: Int32Array;
  /** Region of each run. */
  readonly regions: Int32Array;
}

/** Root of a provisional label (union-find with path halving). */
function rootOf(parents: Int32Array, label: number): number {
  let at = label;
  for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
    const above = parents[parent] ?? parent;
    parents[at] = above;
    at = above;
  }
  return at;
}

/** Joins the regions of two provisional labels; the older root remains. */
function join(parents: Int32Array, a: number, b: number): void {
  const [x, y] = [rootOf(parents, a), rootOf(parents, b)];
  parents[Math.max(x, y)] = Math.min(x, y);
}

/** Finds all runs and joins each with the touching runs of the same value in the row above (Rosenfeld and Pfaltz's two passes). */
function findRuns(mask: Uint8Array, width: number, height: number): Runs {
  const starts = new Int32Array(width * height + 1);
  let count = 0;
  const firstOfRow = new Int32Array(height + 1);
  for (let y = 0; y < height; y++) {
    firstOfRow[y] = count;
    const end = (y + 1) * width;
    for (let i = y * width; i < end; ) {
      starts[count++] = i;
      const inside = mask[i] !== 0;
      do i++;
      while (i < end && (mask[i] !== 0) === inside);
    }
  }
  firstOfRow[height] = count;
  starts[count] = width * height;

  const parents = new Int32Array(count);
  for (let run = 0; run < count; run++) parents[run] = run;
  for (let y = 1; y < height; y++) {
    const lastAbove = firstOfRow[y] ?? 0;
    let above = firstOfRow[y - 1] ?? 0;
    for (let run = lastAbove; run < (firstOfRow[y + 1] ?? 0); run++) {
      const [start, end] = [(starts[run] ?? 0) - width, (starts[run + 1] ?? 0) - width];
      while ((starts[above + 1] ?? 0) <= start) above++;
      const inside = mask[start + width] !== 0;
      for (let other = above; other < lastAbove && (starts[other] ?? 0) < end; other++)
        if ((mask[starts[other] ?? 0] !== 0) === inside) join(parents, run, other);
    }
  }
  return { count, starts, ...measure(starts, parents, mask, width, height) };
}

/** Numbers the regions and computes their areas, values and contact with the edge. */
function measure(starts: Int32Array, parents: Int32Array, mask: Uint8Array, width: number, height: number) {
  const areas: number[] = [];
  const values: number[] = [];
  const onEdge: boolean[] = [];
  const regions = new Int32Array(parents.length);
  for (let run = 0; run < parents.length; run++) {
    // A region's root is its first run, so it is numbered before the others.
    const root = rootOf(parents, run);
    const region = root === run ? areas.length : (regions[root] ?? 0);
    const [start, end] = [starts[run] ?? 0, starts[run + 1] ?? 0];
    regions[run] = region;
    areas[region] = (areas[region] ?? 0) + end - start;
    values[region] = mask[start] ? 1 : 0;
    const touches = start % width === 0 || end % width === 0 || start < width || start >= (height - 1) * width;
    onEdge[region] = touches || onEdge[region] === true;
  }
  return { regions, areas, values, onEdge };
}

/** Labels the regions of a row-major mask, inside and outside alike. */
export function findRegions(mask: Uint8Array, width: number, height: number): Regions {
  const { count, starts, regions, ...found } = findRuns(mask, width, height);
  const labels = new Int32Array(width * height);
  for (let run = 0; run < count; run++) labels.fill(regions[run] ?? 0, starts[run], starts[run + 1]);
  return { labels, ...found };
}

/**
 * Removes specks (inside regions of fewer than `specks` pixels), then fills holes (outside regions of fewer than `holes` pixels that do not
 * touch the picture's edge). Regions are 4-connected, as in skimage's `remove_small_objects`. Returns a new mask of 0 and 1.
 */
export function cleanMask(mask: Uint8Array, width: number, height: number, specks: number, holes: number): Uint8Array {
  const cleaned = mask.slice();
  if (specks > 1) flip(cleaned, width, height, (value, area) => value === 1 && area < specks);
  if (holes > 1) flip(cleaned, width, height, (value, area, onEdge) => value === 0 && !onEdge && area < holes);
  return cleaned;
}

/** Inverts, in place, all regions for which `wanted` is true. */
function flip(
  mask: Uint8Array,
  width: number,
  height: number,
  wanted: (value: number, area: number, onEdge: boolean) => boolean,
): void {
  const { count, starts, regions, areas, values, onEdge } = findRuns(mask, width, height);
  const flipped = areas.map((area, region) => wanted(values[region] ?? 0, area, onEdge[region] ?? false));
  if (!flipped.includes(true)) return;
  for (let run = 0; run < count; run++) {
    const region = regions[run] ?? 0;
    if (flipped[region]) mask.fill(values[region] ? 0 : 1, starts[run], starts[run + 1]);
  }
}
