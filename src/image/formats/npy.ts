import { VpdError } from '../../errors.ts';

const TYPES = {
  '<f4': { size: 4, read: (b: ArrayBuffer) => new Float32Array(b) },
  '|u1': { size: 1, read: (b: ArrayBuffer) => new Uint8Array(b) },
  '<u2': { size: 2, read: (b: ArrayBuffer) => new Uint16Array(b) },
  '<i4': { size: 4, read: (b: ArrayBuffer) => new Int32Array(b) },
  '<i8': { size: 8, read: (b: ArrayBuffer) => new BigInt64Array(b) },
} as const;
type Descr = keyof typeof TYPES;
export type NpyData = Float32Array | Uint8Array | Uint16Array | Int32Array | BigInt64Array;

export interface NpyArray {
  readonly shape: readonly number[];
  /** C order. */
  readonly data: NpyData;
}

const MAGIC = '\x93NUMPY';
/** NumPy itself refuses to parse longer headers (format.py, `_MAX_HEADER_SIZE`). */
const MAX_HEADER = 10_000;
/** NumPy's own limit of dimensions. */
const MAX_DIMENSIONS = 64;

/** Encodes a NumPy array file, version 1.0 (numpy.lib.format); the header is padded so that the data start at a multiple of 64 bytes. */
export function writeNpy(data: NpyData, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((a, b) => a * b, 1);
  if (count !== data.length)
    throw new VpdError(
      'bad-request',
      `${data.length} values do not fill an array of shape [${shape.join(', ')}], which needs ${count}.`,
    );
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const header = `{'descr': '${descrOf(data)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  const padded = `${header.padEnd(start - 11)}\n`;
  bytes.set(latin1(MAGIC), 0);
  bytes.set([1, 0, padded.length & 0xff, padded.length >> 8], 6);
  bytes.set(latin1(padded), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

/**
 * Reads a NumPy array file of little-endian f4, u1, u2, i4 or i8 in C order.
 * @throws VpdError bad-file (another format, or header and size disagree) or unsupported (other types, Fortran order)
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const bad = (problem: string) => new VpdError('bad-file', `${name} ${problem}.`);
  if (bytes.length < 12 || text(bytes, 0, 6) !== MAGIC)
    throw bad('is not a NumPy array: it does not start with "\\x93NUMPY"; save it with numpy.save');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw bad(`has NumPy format version ${version}; 1 to 3 are read`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER) throw bad(`claims a NumPy header of ${length} bytes; at most ${MAX_HEADER} are read`);
  if (start + length > bytes.length)
    throw bad(`is cut short: its header needs ${start + length} bytes but it has ${bytes.length}`);
  const header = text(bytes, start, length);
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const tuple = /'shape':\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined || fortran === undefined || tuple === undefined)
    throw bad('has a NumPy header without descr, fortran_order or shape; save it again with numpy.save');
  if (!isDescr(descr))
    throw new VpdError('unsupported', `${name} holds NumPy type ${descr}; ${Object.keys(TYPES).join(', ')} are read.`);
  const shape = tuple.split(',').flatMap((side) => (side.trim() ? [Number(side)] : []));
  if (fortran === 'True' && shape.length > 1)
    throw new VpdError('unsupported', `${name} is in Fortran order; save it with numpy.ascontiguousarray.`);
  const { size, read } = TYPES[descr];
  const wanted = shape.reduce((a, b) => a * b, size);
  if (shape.length > MAX_DIMENSIONS || wanted !== bytes.length - start - length)
    throw bad(
      `has shape (${shape.slice(0, 8).join(', ')}) of ${descr}, ${wanted} bytes, but holds ${bytes.length - start - length}`,
    );
  return { shape, data: read(bytes.slice(start + length).buffer) };
}

/**
 * Like `readNpy`, for float32 only.
 * @throws VpdError bad-file, unsupported
 */
export function readNpyF32(bytes: Uint8Array, name: string): { shape: readonly number[]; data: Float32Array } {
  const { shape, data } = readNpy(bytes, name);
  if (!(data instanceof Float32Array))
    throw new VpdError(
      'bad-file',
      `${name} holds ${descrOf(data)} where <f4 was expected; save it with astype('float32').`,
    );
  return { shape, data };
}

function descrOf(data: NpyData): Descr {
  if (data instanceof Float32Array) return '<f4';
  if (data instanceof Uint8Array) return '|u1';
  if (data instanceof Uint16Array) return '<u2';
  return data instanceof Int32Array ? '<i4' : '<i8';
}

const isDescr = (descr: string): descr is Descr => Object.hasOwn(TYPES, descr);
const latin1 = (value: string) => Uint8Array.from(value, (c) => c.charCodeAt(0));
const text = (bytes: Uint8Array, at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
