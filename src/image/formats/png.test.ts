import { decode } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePngSamples, encodeDepthPng, encodeMaskPng, encodePng8 } from './png.ts';

describe('PNG', () => {
  it.each([
    ['gray', 1],
    ['rgb', 3],
    ['rgba', 4],
  ] as const)('libvips reads 8-bit %s', async (colour, channels) => {
    const data = Uint8Array.from({ length: 3 * 2 * channels }, (_, i) => (i * 41) % 256);
    const png = encodePng8(data, 3, 2, colour);
    const { data: found, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 3, height: 2 });
    expect(info.channels === channels ? [...found] : [...found].filter((_, i) => i % info.channels === 0)).toEqual([
      ...data,
    ]);
  });

  it('writes a mask as white on black', async () => {
    const png = encodeMaskPng(Uint8Array.of(0, 1, 1, 0, 0, 1), 3, 2);
    expect([...(await decodePngSamples(png, 'm.png')).data]).toEqual([0, 255, 255, 0, 0, 255]);
  });

  it('writes depth as 16-bit millimetres, 0 where unknown', async () => {
    const png = encodeDepthPng(Float32Array.of(1.2344, 0.0005, Number.NaN, -1, 99, 10), 3, 2);
    expect(await decodePngSamples(png, 'd.png')).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(1234, 1, 0, 0, 65_535, 10_000),
    });
  });

  it('refuses another format, and a picture without pixels', async () => {
    const raw = { width: 1, height: 1, channels: 3 } as const;
    const jpeg = await sharp(Buffer.alloc(3), { raw }).jpeg().toBuffer();
    await expect(decodePngSamples(new Uint8Array(jpeg), 'm.png')).rejects.toThrow(
      'm.png is a jpeg image where a PNG file was expected.',
    );
    expect(() => encodePng8(new Uint8Array(0), 0, 5, 'gray')).toThrow('0 samples do not make a PNG of 0×5 px');
  });

  it('reads samples of less than 8 bits', async () => {
    const data = Buffer.from([0, 255, 255, 0, 0, 0, 255, 0, 255, 255]);
    const png = await sharp(data, { raw: { width: 5, height: 2, channels: 1 } })
      .png({ palette: true, colours: 2 })
      .toBuffer();
    const samples = await decodePngSamples(png, 'm.png');
    expect(samples).toMatchObject({ width: 5, height: 2, channels: 1, depth: 1 });
    expect([...samples.data].map((s) => s === samples.data[0])).toEqual([...data].map((v) => v === 0));
  });

  it('refuses a wrong number of samples', () => {
    expect(() => encodePng8(new Uint8Array(5), 3, 2, 'gray')).toThrow(
      '5 samples do not make a PNG of 3×2 px with 1 per pixel; 6 are needed.',
    );
  });

  const DAMAGED = 'm.png is a PNG whose pixels cannot be read: it is damaged. Copy or write it again.';
  it('refuses a PNG whose pixels are missing', async () => {
    const png = encodePng8(new Uint8Array(64 * 64), 64, 64, 'gray');
    png.fill(0xaa, 43, 60);
    await expect(decodePngSamples(png, 'm.png')).rejects.toThrow(DAMAGED);
  });
  it('refuses a PNG with more pixels than its header says', async () => {
    const png = encodePng8(new Uint8Array(64 * 64), 64, 64, 'gray');
    png[23] = 63;
    await expect(decodePngSamples(png, 'm.png')).rejects.toThrow(DAMAGED);
  });
  it('does not read colour profiles', async () => {
    const png = encodePng8(Uint8Array.of(7), 1, 1, 'gray');
    const profile = Uint8Array.from('\0\0\0\x09iCCPx\0\0damage\0\0\0\0', (c) => c.charCodeAt(0));
    const file = new Uint8Array([...png.subarray(0, 33), ...profile, ...png.subarray(33)]);
    expect([...(await decodePngSamples(file, 'm.png')).data]).toEqual([7]);
  });
  it('reads an interlaced PNG of 8 bits and refuses one of fewer bits', async () => {
    const data = Uint8Array.from({ length: 11 * 9 }, (_, i) => i);
    const grey = sharp(data, { raw: { width: 11, height: 9, channels: 1 } }).toColourspace('b-w');
    const bytes = await grey.clone().png({ progressive: true }).toBuffer();
    expect([...(await decodePngSamples(bytes, 'm.png')).data]).toEqual([...data]);
    const bits = await grey.threshold(50).png({ progressive: true, palette: true, colours: 2 }).toBuffer();
    await expect(decodePngSamples(bits, 'm.png')).rejects.toThrow(
      'm.png is an interlaced PNG with 1-bit samples; interlaced, only those of 8 and 16 bits are read. Save it without interlacing.',
    );
  });
});

it('text chunks hold any text: what Latin-1 does not have is replaced', () => {
  const png = encodePng8(new Uint8Array(3), 1, 1, 'rgb', { Description: 'the photo’s “Küche” – 椅子…' });
  expect(decode(png).text).toEqual({ Description: 'the photo\'s "Küche" - ??...' });
});
