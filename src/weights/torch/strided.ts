import type { TensorRef } from './pickle-values.ts';

/** True if the elements are consecutive in C order (sides of 1 may have any stride). */
export function isContiguous({ shape, stride }: Pick<TensorRef, 'shape' | 'stride'>): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 0;
    if (side === 0) return true;
    if (side !== 1 && stride[axis] !== expected) return false;
    expected *= side;
  }
  return true;
}

/**
 * Copies a strided view into C order.
 * @param source bytes from the view's first element on
 * @param stride in elements
 * @param size bytes per element
 */
export function gather(
  source: Uint8Array,
  shape: readonly number[],
  stride: readonly number[],
  size: number,
): Uint8Array {
  const count = shape.reduce((product, side) => product * side, 1);
  const out = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < size; byte++) out[i * size + byte] = source[from * size + byte] ?? 0;
    // Advances the index to the next element, the last axis fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] ?? 1;
      const step = stride[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += step;
      if (next < side) {
        index[axis] = next;
        break;
      }
      from -= side * step;
      index[axis] = 0;
    }
  }
  return out;
}
