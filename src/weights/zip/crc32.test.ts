import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { createCrc32 } from './crc32.ts';

test('the CRC of zip archives, in parts of any length', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 251);
  for (const cut of [0, 1, 7, 8, 500, 1000]) {
    const crc = createCrc32();
    crc.update(bytes.subarray(0, cut));
    expect(crc.value()).toBe(crc32(bytes.subarray(0, cut)));
    crc.update(bytes.subarray(cut));
    expect(crc.value()).toBe(crc32(bytes));
  }
});
