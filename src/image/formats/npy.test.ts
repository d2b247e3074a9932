import { describe, expect, it } from 'vitest';
import { VpdError } from '../../errors.ts';
import { readNpy, readNpyF32, writeNpy } from './npy.ts';

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const file = (header: string, data = new Uint8Array(0)) =>
  Uint8Array.of(...latin1('\x93NUMPY\x01\x00'), header.length & 255, header.length >> 8, ...latin1(header), ...data);

describe('npy', () => {
  it('writes what numpy.save writes', () => {
    const bytes = writeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    expect(bytes.subarray(0, 128)).toEqual(
      latin1(`\x93NUMPY\x01\x00\x76\x00${header}${' '.repeat(118 - header.length - 1)}\n`),
    );
    expect(bytes).toHaveLength(128 + 24);
  });

  it.each([
    [Float32Array.of(-1.5, 2), [2]],
    [Uint8Array.of(1, 2, 3, 4, 5, 255), [2, 3]],
    [Uint16Array.of(65535), []],
    [Int32Array.of(-7, 9), [1, 2, 1]],
    [BigInt64Array.of(-7n, 2n ** 40n), [2]],
  ])('round-trips %o', (data, shape) => {
    expect(readNpy(writeNpy(data, shape), 'x.npy')).toEqual({ shape, data });
  });

  it('reads format version 2 at an odd offset', () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";
    const bytes = Uint8Array.of(
      0,
      ...latin1(`\x93NUMPY\x02\x00${String.fromCharCode(header.length)}\0\0\0${header}`),
      7,
      8,
      9,
    );
    expect(readNpy(bytes.subarray(1), 'x.npy')).toEqual({ shape: [3], data: Uint8Array.of(7, 8, 9) });
  });

  it.each([
    [
      'empty',
      new Uint8Array(0),
      'x.npy is not a NumPy array: it does not start with "\\x93NUMPY"; save it with numpy.save.',
    ],
    [
      'only the mark',
      latin1('\x93NUMPY\x01\x00'),
      'x.npy is not a NumPy array: it does not start with "\\x93NUMPY"; save it with numpy.save.',
    ],
    [
      'version 0',
      Uint8Array.of(...latin1('\x93NUMPY\x00\x00'), 0, 0, 0, 0),
      'x.npy has NumPy format version 0; 1 to 3 are read.',
    ],
    [
      'more bytes than the shape has',
      file("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", Uint8Array.of(1, 2)),
      'x.npy has shape (1) of |u1, 1 bytes, but holds 2.',
    ],
    [
      '65 dimensions',
      file(`{'descr': '|u1', 'fortran_order': False, 'shape': (${'1, '.repeat(65)}), }`, Uint8Array.of(1)),
      'x.npy has shape (1, 1, 1, 1, 1, 1, 1, 1) of |u1, 1 bytes, but holds 1.',
    ],
    [
      'future version',
      Uint8Array.of(...latin1('\x93NUMPY\x09\x00'), 0, 0, 0, 0),
      'x.npy has NumPy format version 9; 1 to 3 are read.',
    ],
    [
      '4 GB header',
      Uint8Array.of(...latin1('\x93NUMPY\x02\x00'), 255, 255, 255, 255),
      'x.npy claims a NumPy header of 4294967295 bytes; at most 10000 are read.',
    ],
    [
      'header past the end',
      Uint8Array.of(...latin1('\x93NUMPY\x01\x00'), 100, 0, 32, 32),
      'x.npy is cut short: its header needs 110 bytes but it has 12.',
    ],
    [
      'no shape',
      file("{'descr': '<f4', 'fortran_order': False, }"),
      'x.npy has a NumPy header without descr, fortran_order or shape; save it again with numpy.save.',
    ],
    [
      'objects (pickle)',
      file("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
      'x.npy holds NumPy type |O; <f4, |u1, <u2, <i4, <i8 are read.',
    ],
    [
      'a type named like an object method',
      file("{'descr': 'toString', 'fortran_order': False, 'shape': (1,), }"),
      'x.npy holds NumPy type toString; <f4, |u1, <u2, <i4, <i8 are read.',
    ],
    [
      'Fortran order',
      file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 1), }", Uint8Array.of(1, 2)),
      'x.npy is in Fortran order; save it with numpy.ascontiguousarray.',
    ],
    [
      'terabytes',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }", Uint8Array.of(1, 2, 3, 4)),
      'x.npy has shape (1000000, 1000000) of <f4, 4000000000000 bytes, but holds 4.',
    ],
  ])('refuses: %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrow(VpdError);
    expect(() => readNpy(bytes, 'x.npy')).toThrow(message);
  });

  it('reads one dimension in Fortran order, which is the same', () => {
    const bytes = file("{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }", Uint8Array.of(1, 2));
    expect(readNpy(bytes, 'x.npy')).toEqual({ shape: [2], data: Uint8Array.of(1, 2) });
  });
  it('refuses another type where float32 is needed', () => {
    expect(() => readNpyF32(writeNpy(Uint8Array.of(1), [1]), 'x.npy')).toThrow(
      "x.npy holds |u1 where <f4 was expected; save it with astype('float32').",
    );
  });
  it('writes a shape of one side as a tuple of Python', () => {
    expect(new TextDecoder('latin1').decode(writeNpy(Uint8Array.of(1, 2), [2]))).toContain("'shape': (2,), }");
  });
  it('refuses to write values that do not fill the shape', () => {
    expect(() => writeNpy(Float32Array.of(1), [2])).toThrow(
      '1 values do not fill an array of shape [2], which needs 2.',
    );
  });
});
