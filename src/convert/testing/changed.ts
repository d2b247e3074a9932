/** Changed copies of a checkpoint, for the tests. */
import type { TensorInfo, TensorSource } from '../../weights/source.ts';
import { makeSource } from '../../weights/source.ts';

interface Changes {
  /** Returns the new name of a tensor; undefined to leave it out. */
  readonly rename?: (name: string) => string | undefined;
  readonly shape?: (info: TensorInfo) => readonly number[];
  readonly values?: (name: string, values: Float32Array) => Float32Array;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly extra?: readonly string[];
}

/** Returns a changed copy of a source; all tensors become float32. */
export function changed(source: TensorSource, changes: Changes): TensorSource {
  const from = new Map<string, string>();
  const tensors = new Map<string, TensorInfo>();
  const add = (name: string, shape: readonly number[]): void => {
    tensors.set(name, { name, dtype: 'F32', shape, bytes: 4 * shape.reduce((product, side) => product * side, 1) });
  };
  for (const info of source.tensors.values()) {
    const name = changes.rename ? changes.rename(info.name) : info.name;
    if (name === undefined) continue;
    add(name, changes.shape?.(info) ?? info.shape);
    from.set(name, info.name);
  }
  for (const name of changes.extra ?? []) add(name, [1]);
  return makeSource({
    name: source.name,
    format: source.format,
    bytes: source.bytes,
    tensors,
    ...(changes.metadata ? { metadata: changes.metadata } : {}),
    readInfo: async ({ name }) => {
      const original = from.get(name);
      const values = original === undefined ? new Float32Array(1) : await source.readF32(original);
      return new Uint8Array((changes.values?.(name, values) ?? values).slice().buffer);
    },
  });
}
