/** Every pixel's region: pixels of one value that are joined by their sides (4-connected). */
interface Regions {
  /** Region of each pixel, 0…count−1, in the order of their first pixels. */
  readonly labels: Int32Array;
  readonly areas: readonly number[];
  /** 1 for regions inside the mask, 0 for those outside. */
  readonly values: readonly number[];
  /** Whether the region touches the picture's edge. */
  readonly onEdge: readonly boolean[];
}

/** The same by runs, pixels of one value beside each other in a row: thousands instead of millions, so that a slider can follow. */
interface Runs extends Omit<Regions, 'labels'> {
  readonly count: number;
  /** First pixel of each run; a run ends where the next one starts. */
  readonly starts: Int32Array;
  /** Region of each run. */
  readonly regions: Int32Array;
}

/** The region that a provisional label belongs to; the way there is shortened as it is gone. */
function rootOf(parents: Int32Array, label: number): number {
  let at = label;
  for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
    const above = parents[parent] ?? parent;
    parents[at] = above;
    at = above;
  }
  return at;
}

/** Makes two provisional labels one region, under the older of both. */
function join(parents: Int32Array, a: number, b: number): void {
  const [x, y] = [rootOf(parents, a), rootOf(parents, b)];
  parents[Math.max(x, y)] = Math.min(x, y);
}

/** Runs of all rows are joined with those of their value that they touch in the row above (Rosenfeld and Pfaltz's two passes). */
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

/** Gives regions their final numbers and measures them. */
function measure(starts: Int32Array, parents: Int32Array, mask: Uint8Array, width: number, height: number) {
  const areas: number[] = [];
  const values: number[] = [];
  const onEdge: boolean[] = [];
  const regions = new Int32Array(parents.length);
  for (let run = 0; run < parents.length; run++) {
    // A region's root is its oldest run, which comes first.
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
 * Removes specks (regions inside of fewer than `specks` pixels), then fills holes (regions outside of fewer than `holes` pixels that
 * do not touch the picture's edge). Pixels touch by their sides, as in skimage's `remove_small_objects`. Returns a new mask of 0 and 1.
 */
export function cleanMask(mask: Uint8Array, width: number, height: number, specks: number, holes: number): Uint8Array {
  const cleaned = mask.slice();
  if (specks > 1) flip(cleaned, width, height, (value, area) => value === 1 && area < specks);
  if (holes > 1) flip(cleaned, width, height, (value, area, onEdge) => value === 0 && !onEdge && area < holes);
  return cleaned;
}

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
