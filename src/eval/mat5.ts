import { VpdError } from '../errors.ts';

/** A numeric array of a MAT-file; `data` runs down the columns, as MATLAB keeps it. */
interface Matrix {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** A list of indices has some kB; what inflates to more than this is none. */
const MAX_INFLATED = 64 * 2 ** 20;

const HEADER = 128;
const COMPRESSED = 15;
const MATRIX = 14;
/** Bytes of an array's flags: two words, the class in the first. */
const FLAGS = 8;
/** Classes 6 (double) to 15 (uint64) are numeric; below are cells, structs, text. */
const FIRST_NUMERIC_CLASS = 6;

type Reader = (view: DataView, at: number, little: boolean) => number;
/** Stored types by their number: bytes of one value, and how it is read. */
const TYPES: ReadonlyMap<number, { readonly size: number; readonly read: Reader }> = new Map([
  [1, { size: 1, read: (view, at) => view.getInt8(at) }],
  [2, { size: 1, read: (view, at) => view.getUint8(at) }],
  [3, { size: 2, read: (view, at, little) => view.getInt16(at, little) }],
  [4, { size: 2, read: (view, at, little) => view.getUint16(at, little) }],
  [5, { size: 4, read: (view, at, little) => view.getInt32(at, little) }],
  [6, { size: 4, read: (view, at, little) => view.getUint32(at, little) }],
  [7, { size: 4, read: (view, at, little) => view.getFloat32(at, little) }],
  [9, { size: 8, read: (view, at, little) => view.getFloat64(at, little) }],
  [12, { size: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  [13, { size: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) }],
]);

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Where the next one begins. */
  readonly next: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The numeric arrays of a MAT-file of level 5 (MATLAB 5 to 7.2, "MAT-File Format", 2008), by name; everything else in it is skipped.
 * @throws VpdError bad-file: of another kind (a v7.3 file is HDF5), or broken
 */
export async function readMat5(file: string, bytes: Uint8Array): Promise<ReadonlyMap<string, Matrix>> {
  const mark = String.fromCharCode(bytes[126] ?? 0, bytes[127] ?? 0);
  if (bytes.length < HEADER || (mark !== 'IM' && mark !== 'MI'))
    throw new VpdError(
      'bad-file',
      `${file} is not a MAT-file of level 5 (it lacks its mark at byte 126); give the file as it was published.`,
    );
  const little = mark === 'IM';
  const found = new Map<string, Matrix>();
  for (let at = HEADER; at + 8 <= bytes.length; ) {
    const outer = element(file, bytes, at, little);
    const inner = outer.type === COMPRESSED ? element(file, await inflate(file, outer.bytes), 0, little) : outer;
    if (inner.type === MATRIX) addMatrix(file, inner.bytes, little, found);
    // Compressed elements are not padded.
    at = outer.type === COMPRESSED ? at + 8 + outer.bytes.length : outer.next;
  }
  return found;
}

function element(file: string, bytes: Uint8Array, at: number, little: boolean): Element {
  const broken = () => new VpdError('bad-file', `${file} breaks off at byte ${at} of a part of it; download it again.`);
  if (at + 8 > bytes.length) throw broken();
  const view = viewOf(bytes);
  const first = view.getUint32(at, little);
  // Up to four bytes stand in the tag itself, whose upper half then tells how many.
  const small = first >>> 16;
  const begin = at + (small > 0 ? 4 : 8);
  const length = small > 0 ? small : view.getUint32(at + 4, little);
  if (begin + length > bytes.length) throw broken();
  return {
    type: small > 0 ? first & 0xffff : first,
    bytes: bytes.subarray(begin, begin + length),
    next: small > 0 ? at + 8 : begin + Math.ceil(length / 8) * 8,
  };
}

function addMatrix(file: string, bytes: Uint8Array, little: boolean, found: Map<string, Matrix>): void {
  const flags = element(file, bytes, 0, little);
  if (flags.bytes.length < FLAGS)
    throw new VpdError(
      'bad-file',
      `${file} has an array whose flags are ${flags.bytes.length} bytes; download it again.`,
    );
  const kind = viewOf(flags.bytes).getUint32(0, little) & 0xff;
  if (kind < FIRST_NUMERIC_CLASS) return;
  const dims = element(file, bytes, flags.next, little);
  const name = element(file, bytes, dims.next, little);
  const real = element(file, bytes, name.next, little);
  found.set(new TextDecoder('latin1').decode(name.bytes), {
    dims: [...numbers(file, dims, little)],
    data: numbers(file, real, little),
  });
}

function numbers(file: string, { type, bytes }: Element, little: boolean): Float64Array {
  const stored = TYPES.get(type);
  if (!stored) throw new VpdError('bad-file', `${file} holds numbers of the unknown type ${type}; download it again.`);
  const view = viewOf(bytes);
  return Float64Array.from({ length: Math.floor(bytes.length / stored.size) }, (_, i) =>
    stored.read(view, i * stored.size, little),
  );
}

async function inflate(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > MAX_INFLATED) {
        await reader.cancel();
        break;
      }
      parts.push(part.value.slice());
    }
  } catch (cause) {
    throw new VpdError('bad-file', `${file} has a compressed part that is damaged; download it again.`, { cause });
  }
  if (length > MAX_INFLATED)
    throw new VpdError(
      'bad-file',
      `${file} has a part that inflates to more than ${MAX_INFLATED} bytes, so it is no list of indices.`,
    );
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
