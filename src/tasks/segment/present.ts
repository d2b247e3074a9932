import type { SegmentResult } from '../../engine/protocol.ts';

/** The classes that occur, largest first, with their share of the photo. `names` is by index and may have gaps. */
export function presentClasses(labels: Uint8Array, names: readonly (string | undefined)[]): SegmentResult['present'] {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return [...counts]
    .map((count, index) => ({ index, name: names[index] ?? `class ${index}`, area: count / labels.length }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area);
}
