import { VpdError } from '../errors.ts';

/** Most bytes that the compressed parts of a file may inflate to, together; lists of indices have a few kB. */
const MAX_INFLATED = 2 ** 20;

const HEADER = 128;
const COMPRESSED = 15;
const MATRIX = 14;
/** Bytes of an array's flags: two uint32, of which the first contains the class. */
const FLAGS = 8;
/** Classes 6 (double) to 15 (uint64) are numeric; below are cells, structs, text. */
const FIRST_NUMERIC_CLASS = 6;

type Reader = (view: DataView, at: number, little: boolean) => number;
/** Stored types by number: bytes per value, and the function that reads one. */
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
  /** Offset of the next element. */
  readonly next: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * Reads the numeric array `wanted` of a MAT-file of level 5 (MATLAB 5 to 7.2, "MAT-File Format", 2008), column-major as in MATLAB;
 * everything else is skipped. Returns undefined if there is no such array.
 * @throws VpdError bad-file for another format (a v7.3 file is HDF5) or a damaged file
 */
export async function readMat5(file: string, bytes: Uint8Array, wanted: string): Promise<Float64Array | undefined> {
  const mark = String.fromCharCode(bytes[126] ?? 0, bytes[127] ?? 0);
  if (mark !== 'IM' && mark !== 'MI')
    throw new VpdError(
      'bad-file',
      `${file} is not a MAT-file of level 5 (it lacks its mark at byte 126); give the file as it was published.`,
    );
  const little = mark === 'IM';
  let budget = MAX_INFLATED;
  for (let at = HEADER; at + 8 <= bytes.length; ) {
    const outer = element(file, bytes, at, little);
    let inner = outer;
    if (outer.type === COMPRESSED) {
      const inflated = await inflate(file, outer.bytes, budget);
      budget -= inflated.length;
      inner = element(file, inflated, 0, little);
    }
    const values = inner.type === MATRIX ? valuesOf(file, inner.bytes, little, wanted) : undefined;
    if (values) return values;
    // Compressed elements are not padded.
    at = outer.type === COMPRESSED ? at + 8 + outer.bytes.length : outer.next;
  }
  return undefined;
}

function element(file: string, bytes: Uint8Array, at: number, little: boolean): Element {
  const broken = () => new VpdError('bad-file', `${file} ends inside the element at byte ${at}; download it again.`);
  if (at + 8 > bytes.length) throw broken();
  const view = viewOf(bytes);
  const first = view.getUint32(at, little);
  // Up to four bytes are stored in the tag itself; its upper half is then their number.
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

/** Returns the values of an array, undefined if it is not numeric or not the wanted one. */
function valuesOf(file: string, bytes: Uint8Array, little: boolean, wanted: string): Float64Array | undefined {
  const flags = element(file, bytes, 0, little);
  if (flags.bytes.length < FLAGS)
    throw new VpdError(
      'bad-file',
      `${file} has an array whose flags are ${flags.bytes.length} bytes; download it again.`,
    );
  const kind = viewOf(flags.bytes).getUint32(0, little) & 0xff;
  if (kind < FIRST_NUMERIC_CLASS) return undefined;
  const dims = element(file, bytes, flags.next, little);
  const name = element(file, bytes, dims.next, little);
  if (new TextDecoder('latin1').decode(name.bytes) !== wanted) return undefined;
  return numbers(file, element(file, bytes, name.next, little), little);
}

function numbers(file: string, { type, bytes }: Element, little: boolean): Float64Array {
  const stored = TYPES.get(type);
  if (!stored) throw new VpdError('bad-file', `${file} holds numbers of the unknown type ${type}; download it again.`);
  const view = viewOf(bytes);
  const values = new Float64Array(Math.floor(bytes.length / stored.size));
  for (let i = 0; i < values.length; i++) values[i] = stored.read(view, i * stored.size, little);
  return values;
}

async function inflate(file: string, bytes: Uint8Array, budget: number): Promise<Uint8Array> {
  const parts: BlobPart[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length;
      if (length > budget) {
        await reader.cancel();
        throw new VpdError(
          'bad-file',
          `${file} inflates to more than ${MAX_INFLATED} bytes, so it holds no list of indices; give the file as it was published.`,
        );
      }
      parts.push(part.value.slice());
    }
  } catch (cause) {
    if (cause instanceof VpdError) throw cause;
    throw new VpdError('bad-file', `${file} has a compressed part that is damaged; download it again.`, { cause });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
