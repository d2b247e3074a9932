/** Incremental CRC-32, as zip archives use it (IEEE 802.3, reflected). */
export interface Crc32 {
  update(bytes: Uint8Array): void;
  /** Returns the CRC of the bytes so far. */
  value(): number;
}

const POLYNOMIAL = 0xedb88320;

/** Table of the CRCs of one byte with `after` zero bytes after it. */
function table(after: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8 * (after + 1); bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

const [T0, T1, T2, T3] = [table(0), table(1), table(2), table(3)];
const [T4, T5, T6, T7] = [table(4), table(5), table(6), table(7)];

const look = (values: Int32Array, index: number): number => values[index & 0xff] ?? 0;

/** Takes eight bytes at once ("slicing by 8"), which is several times as fast as one at a time. */
export function createCrc32(): Crc32 {
  let crc = -1;
  return {
    update(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let at = 0;
      for (; at + 8 <= bytes.length; at += 8) {
        const a = crc ^ view.getInt32(at, true);
        const b = view.getInt32(at + 4, true);
        const high = look(T7, a) ^ look(T6, a >>> 8) ^ look(T5, a >>> 16) ^ look(T4, a >>> 24);
        crc = high ^ look(T3, b) ^ look(T2, b >>> 8) ^ look(T1, b >>> 16) ^ look(T0, b >>> 24);
      }
      for (; at < bytes.length; at++) crc = (crc >>> 8) ^ look(T0, crc ^ (bytes[at] ?? 0));
    },
    value: () => ~crc >>> 0,
  };
}
