import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePngSamples, encodeDepthPng, encodePng8 } from './png.ts';

describe('PNG', () => {
  it.each([
    ['gray', 1],
    ['rgb', 3],
    ['rgba', 4],
  ] as const)('8-bit %s is read back by libvips', async (colour, channels) => {
    const data = Uint8Array.from({ length: 3 * 2 * channels }, (_, i) => (i * 41) % 256);
    const png = encodePng8(data, 3, 2, colour);
    const { data: found, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 3, height: 2 });
    expect(info.channels === channels ? [...found] : [...found].filter((_, i) => i % info.channels === 0)).toEqual([
      ...data,
    ]);
  });

  it('writes depth as 16-bit millimetres, 0 where unknown', () => {
    const png = encodeDepthPng(Float32Array.of(1.2344, 0.0005, Number.NaN, -1, 99, 10), 3, 2);
    expect(decodePngSamples(png, 'd.png')).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(1234, 1, 0, 0, 65_535, 10_000),
    });
  });

  it('reads samples of fewer bits', async () => {
    const data = Buffer.from([0, 255, 255, 0, 0, 0, 255, 0, 255, 255]);
    const png = await sharp(data, { raw: { width: 5, height: 2, channels: 1 } })
      .png({ palette: true, colours: 2 })
      .toBuffer();
    const samples = decodePngSamples(png, 'm.png');
    expect(samples).toMatchObject({ width: 5, height: 2, channels: 1, depth: 1 });
    expect([...samples.data].map((s) => s === samples.data[0])).toEqual([...data].map((v) => v === 0));
  });

  it('refuses samples that do not fill it', () => {
    expect(() => encodePng8(new Uint8Array(5), 3, 2, 'gray')).toThrow(
      '5 samples do not make a PNG of 3×2 px with 1 per pixel; 6 are needed.',
    );
  });
  it('refuses a PNG whose pixels are missing', () => {
    const png = encodePng8(new Uint8Array(64 * 64), 64, 64, 'gray');
    png.fill(0xaa, 43, 60);
    expect(() => decodePngSamples(png, 'm.png')).toThrow(
      'm.png is a PNG whose pixels cannot be read: it is damaged. Copy or write it again.',
    );
  });
});
