import { VpdError } from '../../errors.ts';
import type { Dtype } from '../dtype.ts';
import { elementCount, showShape } from '../dtype.ts';
import type { PickleBuilders } from './pickle.ts';
import type { Global, PickleDict, PickleValue, TensorRef } from './pickle-values.ts';
import { inWords, isKind } from './pickle-values.ts';

/** Storage classes of module `torch` and their element types. */
const STORAGES: Readonly<Record<string, Dtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** PyTorch's own limit. */
const MAX_DIMENSIONS = 64;
/**
 * Total number of values that calls may copy; limited because a call of a few bytes can copy a long list again and again. Strides are
 * tuples, which are shared and not copied; files of Python 2 copy some thousand pairs.
 */
const MAX_COPIES = 1_000_000;

/** Stub of a tensor whose values differ from its storage: they have to be negated or conjugated when read. */
export const LAZY_TENSOR = 'a lazily negated or conjugated tensor';

const isCount = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** True if a tensor's optional metadata set its negative or conjugate bit (torch/_utils.py, get_tensor_metadata). */
const isLazy = (metadata: PickleValue | undefined): boolean =>
  isKind(metadata, 'dict') && ['neg', 'conj'].some((bit) => metadata.entries.get(bit) === true);

/** The allow-list of a PyTorch state dict (torch/_utils.py, torch/serialization.py): containers, tensors, parameters, storages. */
export function torchBuilders(file: string): PickleBuilders {
  const bad = (what: string): VpdError =>
    new VpdError('bad-file', `${file}: ${what}, so the file is corrupt or hostile.`);

  let copies = 0;
  const countCopies = (count: number): void => {
    copies += count;
    if (copies > MAX_COPIES) throw bad(`calls in the pickle copy more than ${MAX_COPIES} values`);
  };

  const counts = (value: PickleValue | undefined, what: string): readonly number[] => {
    const items = isKind(value, 'tuple') || isKind(value, 'list') ? value.items : [undefined];
    if (items.length > MAX_DIMENSIONS)
      throw bad(`a tensor has a ${what} of ${items.length} numbers, more than the limit of ${MAX_DIMENSIONS}`);
    if (!items.every(isCount)) throw bad(`a tensor has a ${what} that is not a tuple of whole numbers of at least 0`);
    if (isKind(value, 'tuple')) return items;
    // A list is copied because later operations may append to it.
    countCopies(items.length);
    return [...items];
  };

  const rebuildTensor = (args: readonly PickleValue[]): PickleValue => {
    const [storage, offset, size, strides, , , metadata] = args;
    // An element type that safetensors does not have (complex, quantized) stays a stub, which is an error only if the model needs the tensor.
    if (isKind(storage, 'stub')) return storage;
    if (!isKind(storage, 'storage')) throw bad(`a tensor is made of ${inWords(storage)} instead of a storage`);
    if (!isCount(offset)) throw bad('a tensor has an offset that is not a whole number of at least 0');
    const shape = counts(size, 'size');
    const stride = counts(strides, 'stride');
    if (stride.length !== shape.length) throw bad(`a tensor of shape ${showShape(shape)} has ${stride.length} strides`);
    if (isLazy(metadata)) return { kind: 'stub', of: LAZY_TENSOR };
    const tensor: TensorRef = { kind: 'tensor', storage, offset, shape, stride };
    const count = elementCount(shape);
    const end = offset + shape.reduce((last, side, i) => last + (side - 1) * (stride[i] ?? 0), 1);
    if (count === undefined || (count > 0 && !(end <= storage.elements)))
      throw bad(
        `a tensor of shape ${showShape(shape)} reaches element ${end} of a storage that has ${storage.elements}`,
      );
    return tensor;
  };

  const orderedDict = (args: readonly PickleValue[]): PickleDict => {
    const dict: PickleDict = { kind: 'dict', entries: new Map() };
    const [pairs] = args;
    if (!isKind(pairs, 'list')) return dict;
    countCopies(pairs.items.length);
    for (const pair of pairs.items) {
      const [key, value] = isKind(pair, 'tuple') || isKind(pair, 'list') ? pair.items : [];
      if (key !== undefined && value !== undefined) dict.entries.set(key, value);
    }
    return dict;
  };

  const rebuild = (name: string, args: readonly PickleValue[]): PickleValue | undefined => {
    switch (name) {
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return rebuildTensor(args);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return args[0];
      default:
        return undefined;
    }
  };

  return {
    call(global: Global, args) {
      const name = `${global.module}.${global.name}`;
      switch (name) {
        case 'collections.OrderedDict':
          return orderedDict(args);
        case 'torch.Size':
          return { kind: 'tuple', items: counts(args[0], 'size') };
        case 'torch._tensor._rebuild_from_type_v2': {
          // A tensor with Python attributes; the arguments are (function, type, arguments, state).
          const [rebuilder, , inner] = args;
          return isKind(rebuilder, 'global') && isKind(inner, 'tuple')
            ? rebuild(`${rebuilder.module}.${rebuilder.name}`, inner.items)
            : undefined;
        }
        default:
          return rebuild(name, args);
      }
    },

    /** The id is ('storage', class, key, location, number of elements). */
    persistent(id) {
      const [tag, type, key, , elements] = isKind(id, 'tuple') ? id.items : [];
      if (tag !== 'storage' || !isKind(type, 'global') || typeof key !== 'string' || !isCount(elements))
        throw bad('a persistent id is not that of a storage');
      const dtype = type.module === 'torch' && Object.hasOwn(STORAGES, type.name) ? STORAGES[type.name] : undefined;
      return dtype ? { kind: 'storage', key, dtype, elements } : { kind: 'stub', of: `${type.module}.${type.name}` };
    },
  };
}
