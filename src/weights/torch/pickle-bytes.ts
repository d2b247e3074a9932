import { VpdError } from '../../errors.ts';

/** Longest string; names of tensors, classes and settings are far shorter. */
const MAX_STRING_BYTES = 16 * 2 ** 20;

const utf8 = new TextDecoder('utf-8');
const latin1 = new TextDecoder('latin1');

/** Reads a pickle's bytes in order; every length is checked against the remaining bytes before anything is allocated. */
export class PickleBytes {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly file: string;
  at = 0;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string): VpdError {
    return new VpdError(
      'bad-file',
      `${this.file}: the pickle ${what} at byte ${this.at}, so the file is corrupt or hostile.`,
    );
  }

  private take(length: number): number {
    if (length > this.bytes.length - this.at) throw this.fail(`ends where ${length} more bytes were expected`);
    const begin = this.at;
    this.at += length;
    return begin;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }
  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }
  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }
  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }
  /** An eight-byte length. Values above 2^53 are inexact, but always exceed the remaining bytes. */
  u64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }
  /** Big-endian, unlike all other numbers of a pickle. */
  f64(): number {
    return this.view.getFloat64(this.take(8), false);
  }

  raw(length: number): Uint8Array {
    if (length > MAX_STRING_BYTES)
      throw this.fail(`has a string of ${length} bytes, more than the limit of ${MAX_STRING_BYTES},`);
    const begin = this.take(length);
    return this.bytes.subarray(begin, begin + length);
  }
  text(length: number): string {
    return utf8.decode(this.raw(length));
  }
  byteText(length: number): string {
    return latin1.decode(this.raw(length));
  }
  /** Reads text up to the next line feed. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.fail('ends inside a name');
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }
  /** A two's complement integer of `length` bytes, little-endian. */
  integer(length: number): number | bigint {
    const raw = this.raw(length);
    if (length > 16) throw this.fail(`has an integer of ${length} bytes`);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i] ?? 0);
    if (length > 0 && ((raw[length - 1] ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * length);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}
