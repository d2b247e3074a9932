import type { Dtype } from '../dtype.ts';

/** Name of a class or function. It is only compared with the allow-list, never looked up. */
export interface Global {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}
/** Result of a call outside the allow-list: nothing was run, and the arguments were dropped. */
export interface Stub {
  readonly kind: 'stub';
  /** `module.name` of the callable. */
  readonly of: string;
}
export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}
export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}
/** A record of the archive that holds the elements of one or more tensors. */
interface StorageRef {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: Dtype;
  readonly elements: number;
}
/** A view of a storage; offset and strides count elements. */
export interface TensorRef {
  readonly kind: 'tensor';
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Global
  | Stub
  | PickleList
  | PickleTuple
  | PickleDict
  | StorageRef
  | TensorRef;

export const isKind = <K extends Exclude<PickleValue, null | boolean | number | bigint | string | Uint8Array>['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: K }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

/** Describes a value in a few words, for messages. */
export function inWords(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value !== 'object') return `a ${typeof value}`;
  switch (value.kind) {
    case 'global':
      return `${value.module}.${value.name}`;
    case 'stub':
      return `an object of ${value.of}`;
    default:
      return `a ${value.kind}`;
  }
}
