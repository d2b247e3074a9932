import type { PickleBytes } from './pickle-bytes.ts';
import type { PickleValue } from './pickle-values.ts';

/** Reads the value of an opcode that contains one (constant, number, text, bytes); undefined for every other opcode. */
export function readLiteral(opcode: number, input: PickleBytes): PickleValue | undefined {
  switch (opcode) {
    case 0x4e: // NONE
      return null;
    case 0x88: // NEWTRUE
      return true;
    case 0x89: // NEWFALSE
      return false;
    case 0x4a: // BININT
      return input.i32();
    case 0x4b: // BININT1
      return input.u8();
    case 0x4d: // BININT2
      return input.u16();
    case 0x8a: // LONG1
      return input.integer(input.u8());
    case 0x8b: // LONG4
      return input.integer(input.u32());
    case 0x47: // BINFLOAT
      return input.f64();
    case 0x55: // SHORT_BINSTRING
      return input.byteText(input.u8());
    case 0x54: // BINSTRING
      return input.byteText(input.u32());
    case 0x8c: // SHORT_BINUNICODE
      return input.text(input.u8());
    case 0x58: // BINUNICODE
      return input.text(input.u32());
    case 0x8d: // BINUNICODE8
      return input.text(input.u64());
    case 0x43: // SHORT_BINBYTES
      return input.raw(input.u8());
    case 0x42: // BINBYTES
      return input.raw(input.u32());
    case 0x8e: // BINBYTES8
    case 0x96: // BYTEARRAY8
      return input.raw(input.u64());
    default:
      return undefined;
  }
}
