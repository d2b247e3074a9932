import type { Dtype } from './dtype.ts';
import { bfloatsToFloats, halvesToFloats } from './half.ts';

/**
 * Converts the little-endian bytes of one tensor to float32. Exact for F32, F16, BF16, F8, BOOL and integers up to 2^24; F64 and larger
 * integers are rounded to nearest. Assumes a little-endian platform, as WebAssembly does. May return a view of `bytes`.
 */
export function toFloat32(dtype: Dtype, bytes: Uint8Array): Float32Array {
  switch (dtype) {
    case 'F32':
      return view(bytes, 4, (buffer, offset, length) => new Float32Array(buffer, offset, length));
    case 'F16':
      return halvesToFloats(view(bytes, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length)));
    case 'BF16':
      return bfloatsToFloats(view(bytes, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length)));
    case 'F64':
      return Float32Array.from(view(bytes, 8, (buffer, offset, length) => new Float64Array(buffer, offset, length)));
    case 'I64':
      return Float32Array.from(
        view(bytes, 8, (buffer, offset, length) => new BigInt64Array(buffer, offset, length)),
        Number,
      );
    case 'U64':
      return Float32Array.from(
        view(bytes, 8, (buffer, offset, length) => new BigUint64Array(buffer, offset, length)),
        Number,
      );
    case 'I32':
      return Float32Array.from(view(bytes, 4, (buffer, offset, length) => new Int32Array(buffer, offset, length)));
    case 'U32':
      return Float32Array.from(view(bytes, 4, (buffer, offset, length) => new Uint32Array(buffer, offset, length)));
    case 'I16':
      return Float32Array.from(view(bytes, 2, (buffer, offset, length) => new Int16Array(buffer, offset, length)));
    case 'U16':
      return Float32Array.from(view(bytes, 2, (buffer, offset, length) => new Uint16Array(buffer, offset, length)));
    case 'I8':
      return Float32Array.from(view(bytes, 1, (buffer, offset, length) => new Int8Array(buffer, offset, length)));
    case 'U8':
    case 'BOOL':
      return Float32Array.from(bytes);
    case 'F8_E4M3':
      return Float32Array.from(bytes, float8e4m3);
    case 'F8_E5M2':
      // The upper byte of a binary16.
      return halvesToFloats(Uint16Array.from(bytes, (byte) => byte << 8));
  }
}

/** E4M3 as OCP defines it ("fn"): no infinities, 0x7f is NaN. */
function float8e4m3(byte: number): number {
  const sign = byte & 0x80 ? -1 : 1;
  const exponent = (byte >> 3) & 15;
  const fraction = byte & 7;
  if (exponent === 15 && fraction === 7) return Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (1 + fraction / 8) * 2 ** (exponent - 7);
}

/** Returns a typed view of the bytes, or of a copy if they are not aligned. */
function view<T>(
  bytes: Uint8Array,
  size: number,
  make: (buffer: ArrayBufferLike, offset: number, length: number) => T,
): T {
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return make(aligned.buffer, aligned.byteOffset, aligned.length / size);
}
