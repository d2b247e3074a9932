/** Every pixel's region: pixels of one value that are joined by their sides (4-connected). */
export interface Regions {
  /** Region of each pixel, 0…count−1, in the order of their first pixels. */
  readonly labels: Int32Array;
  readonly areas: readonly number[];
  /** 1 for regions inside the mask, 0 for those outside. */
  readonly values: readonly number[];
  /** Whether the region touches the picture's edge. */
  readonly onEdge: readonly boolean[];
}

/** The region that a provisional label belongs to; the way there is shortened as it is gone. */
function rootOf(parents: number[], label: number): number {
  let at = label;
  for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
    const above = parents[parent] ?? parent;
    parents[at] = above;
    at = above;
  }
  return at;
}

/**
 * Labels the regions of a row-major mask, inside and outside alike: runs of a row are joined with those they touch in the row above
 * (Rosenfeld and Pfaltz's two passes), so that a slider can follow at the size of a photo.
 */
export function findRegions(mask: Uint8Array, width: number, height: number): Regions {
  const labels = new Int32Array(width * height);
  const parents: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; ) {
      const first = y * width + x;
      const value = mask[first] ? 1 : 0;
      let label = -1;
      let last = first;
      for (; x < width && (mask[last] ? 1 : 0) === value; x++, last++) {
        if (y === 0 || (mask[last - width] ? 1 : 0) !== value) continue;
        const above = labels[last - width] ?? 0;
        if (above === label) continue;
        label = label < 0 ? rootOf(parents, above) : join(parents, label, above);
      }
      if (label < 0) {
        label = parents.length;
        parents.push(label);
      }
      labels.fill(label, first, last);
    }
  return measure(labels, parents, mask, width, height);
}

/** Makes two provisional labels one region, under the older of both. */
function join(parents: number[], a: number, b: number): number {
  const [x, y] = [rootOf(parents, a), rootOf(parents, b)];
  const root = Math.min(x, y);
  parents[Math.max(x, y)] = root;
  return root;
}

/** Gives regions their final numbers, in place, and measures them. */
function measure(labels: Int32Array, parents: number[], mask: Uint8Array, width: number, height: number): Regions {
  const areas: number[] = [];
  const values: number[] = [];
  const onEdge: boolean[] = [];
  const numbers = new Int32Array(parents.length).fill(-1);
  const finals = new Int32Array(parents.length);
  for (let label = 0; label < parents.length; label++) {
    // A region's root is its oldest label, which comes first.
    const root = rootOf(parents, label);
    if (numbers[root] === -1) {
      numbers[root] = areas.length;
      areas.push(0);
      onEdge.push(false);
    }
    finals[label] = numbers[root] ?? 0;
  }
  for (let i = 0; i < labels.length; i++) {
    const label = finals[labels[i] ?? 0] ?? 0;
    labels[i] = label;
    areas[label] = (areas[label] ?? 0) + 1;
    values[label] = mask[i] ? 1 : 0;
  }
  for (let x = 0; x < width; x++) for (const i of [x, (height - 1) * width + x]) onEdge[labels[i] ?? 0] = true;
  for (let y = 0; y < height; y++) for (const i of [y * width, (y + 1) * width - 1]) onEdge[labels[i] ?? 0] = true;
  return { labels, areas, values, onEdge };
}

/**
 * Removes specks (regions inside of fewer than `specks` pixels), then fills holes (regions outside of fewer than `holes` pixels that
 * do not touch the picture's edge). Pixels touch by their sides, as in skimage's `remove_small_objects`. Returns a new mask of 0 and 1.
 */
export function cleanMask(mask: Uint8Array, width: number, height: number, specks: number, holes: number): Uint8Array {
  const cleaned = Uint8Array.from(mask);
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
  const { labels, areas, values, onEdge } = findRegions(mask, width, height);
  const flipped = areas.map((area, label) => wanted(values[label] ?? 0, area, onEdge[label] ?? false));
  if (!flipped.includes(true)) return;
  for (let i = 0; i < mask.length; i++) if (flipped[labels[i] ?? 0]) mask[i] = mask[i] ? 0 : 1;
}
