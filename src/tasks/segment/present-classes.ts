import type { SegmentResult } from '../../engine/results.ts';

/** Lists the classes that occur in the labels with their share of the photo, the largest first. `names` is by index and may have gaps. */
export function presentClasses(labels: Uint8Array, names: readonly (string | undefined)[]): SegmentResult['present'] {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return [...counts]
    .map((count, index) => ({ index, name: names[index] ?? `class ${index}`, area: count / labels.length }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area);
}
