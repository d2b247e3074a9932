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

/** Labels the regions of a row-major mask, inside and outside alike, in one flood each. */
export function findRegions(mask: Uint8Array, width: number, height: number): Regions {
  const labels = new Int32Array(width * height).fill(-1);
  const queue = new Int32Array(width * height);
  const areas: number[] = [];
  const values: number[] = [];
  const onEdge: boolean[] = [];
  for (let first = 0; first < labels.length; first++) {
    if (labels[first] !== -1) continue;
    const label = areas.length;
    const value = mask[first] ? 1 : 0;
    let edge = false;
    let size = 0;
    queue[size++] = first;
    labels[first] = label;
    for (let at = 0; at < size; at++) {
      const pixel = queue[at] ?? 0;
      const x = pixel % width;
      edge ||= x === 0 || x === width - 1 || pixel < width || pixel >= labels.length - width;
      for (let side = 0; side < 4; side++) {
        if ((side === 0 && x === 0) || (side === 1 && x === width - 1)) continue;
        const next = pixel + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        // Above and below the picture there is no label: undefined is not −1.
        if (labels[next] !== -1 || (mask[next] ? 1 : 0) !== value) continue;
        labels[next] = label;
        queue[size++] = next;
      }
    }
    areas.push(size);
    values.push(value);
    onEdge.push(edge);
  }
  return { labels, areas, values, onEdge };
}

/**
 * Removes specks (regions inside of fewer than `specks` pixels), then fills holes (regions outside of fewer than `holes` pixels that
 * do not touch the picture's edge). Pixels touch by their sides, as in skimage's `remove_small_objects`. Returns a new mask of 0 and 1.
 */
export function cleanMask(mask: Uint8Array, width: number, height: number, specks: number, holes: number): Uint8Array {
  let cleaned = Uint8Array.from(mask);
  if (specks > 1)
    cleaned = flip(cleaned, findRegions(cleaned, width, height), (value, area) => value === 1 && area < specks);
  if (holes > 1)
    cleaned = flip(
      cleaned,
      findRegions(cleaned, width, height),
      (value, area, onEdge) => value === 0 && !onEdge && area < holes,
    );
  return cleaned;
}

function flip(
  mask: Uint8Array<ArrayBuffer>,
  { labels, areas, values, onEdge }: Regions,
  wanted: (value: number, area: number, onEdge: boolean) => boolean,
): Uint8Array<ArrayBuffer> {
  const flipped = areas.map((area, label) => wanted(values[label] ?? 0, area, onEdge[label] ?? false));
  for (let i = 0; i < mask.length; i++) if (flipped[labels[i] ?? 0]) mask[i] = mask[i] ? 0 : 1;
  return mask;
}
