import { describe, expect, it } from 'vitest';
import { geometry, MAX_INPUT_PIXELS, toInput } from './fit.ts';

const working = { longSide: 256, multiple: 64 };
const paper = { longSide: 512, multiple: 64 };

describe('geometry', () => {
  it.each([
    [640, 480, 256, 192, 256, 192],
    [480, 640, 192, 256, 192, 256],
    [1000, 700, 256, 179, 256, 192],
    [1, 1, 256, 256, 256, 256],
    [16, 12, 256, 192, 256, 192],
    [10_000, 3, 256, 1, 256, 64],
  ])('fit: %i×%i becomes %i×%i in %i×%i', (width, height, w, h, paddedW, paddedH) => {
    const { resized, padded, windows } = geometry('fit', 'depth', width, height, working);
    expect(resized).toEqual({ w, h });
    expect(padded).toEqual({ w: paddedW, h: paddedH });
    expect(windows).toEqual([{ x: 0, y: 0, w, h }]);
  });

  it.each([
    [640, 480, 256, 192, 256, 192],
    [500, 500, 192, 192, 192, 192],
    [600, 800, 192, 256, 192, 256],
    [1920, 1080, 256, 144, 256, 192],
  ])('fit with a limit of the short side: %i×%i becomes %i×%i in %i×%i', (width, height, w, h, paddedW, paddedH) => {
    const { resized, padded } = geometry('fit', 'depth', width, height, { ...working, shortSide: 192 });
    expect(resized).toEqual({ w, h });
    expect(padded).toEqual({ w: paddedW, h: paddedH });
  });

  it.each([
    [480, 640, 512, 640],
    [480, 480, 512, 512],
    [64, 64, 64, 64],
    [1, 65, 64, 128],
  ])('direct: %i×%i is not resized, only padded to %i×%i', (width, height, w, h) => {
    expect(geometry('direct', 'refer', width, height, working)).toMatchObject({
      resized: { w: width, h: height },
      padded: { w, h },
    });
  });

  it('paper, depth: two windows of 480', () => {
    const { padded, windows } = geometry('paper', 'depth', 640, 480, paper);
    expect(padded).toEqual({ w: 512, h: 512 });
    expect(windows).toEqual([
      { x: 0, y: 0, w: 480, h: 480 },
      { x: 160, y: 0, w: 480, h: 480 },
    ]);
  });
  it('paper, referring: squashed to 512×512', () => {
    expect(geometry('paper', 'refer', 640, 480, paper)).toMatchObject({
      resized: { w: 512, h: 512 },
      padded: { w: 512, h: 512 },
    });
  });
  it('paper, semantic: windows of 512 every 341, the last at the edge', () => {
    const { resized, padded, windows } = geometry('paper', 'segment', 2000, 1000, paper);
    expect(resized).toEqual({ w: 1024, h: 512 });
    expect(padded).toEqual({ w: 512, h: 512 });
    expect(windows.map((window) => window.x)).toEqual([0, 341, 512]);
  });
  it('direct: the limit counts pixels after padding', () => {
    expect(2040 * 1028).toBeLessThan(MAX_INPUT_PIXELS);
    expect(() => geometry('direct', 'refer', 2040, 1028, working)).toThrow('2040×1028 px is too large');
    expect(geometry('direct', 'refer', 2048, 1024, working).padded).toEqual({ w: 2048, h: 1024 });
  });
  it('paper, depth: takes frames of one size only', () => {
    for (const [width, height] of [
      [640, 481],
      [641, 480],
    ] as const)
      expect(() => geometry('paper', 'depth', width, height, paper)).toThrow('takes photos of 640×480 px');
  });
  it('paper, semantic: a photo of one row keeps it', () => {
    expect(geometry('paper', 'segment', 10_000, 1, paper).resized).toEqual({ w: 2048, h: 1 });
    expect(geometry('paper', 'segment', 1, 10_000, paper).resized).toEqual({ w: 1, h: 2048 });
  });
  it('paper, semantic: a very wide photo is less high than a window', () => {
    const { resized, padded, windows } = geometry('paper', 'segment', 4000, 500, paper);
    expect(resized).toEqual({ w: 2048, h: 256 });
    expect(padded).toEqual({ w: 512, h: 256 });
    expect(windows.every((window) => window.h === 256 && window.x + window.w <= 2048)).toBe(true);
    expect(windows.at(-1)?.x).toBe(1536);
  });

  it.each([
    ['fit', 0, 5, 'A photo of 0×5 px has no pixels; both sides must be whole numbers of at least 1.'],
    ['fit', 2.5, 5, 'A photo of 2.5×5 px has no pixels; both sides must be whole numbers of at least 1.'],
    [
      'direct',
      4000,
      3000,
      `A photo of 4000×3000 px is too large to run without resizing (at most ${MAX_INPUT_PIXELS} pixels after padding); use the protocol “fit”.`,
    ],
    [
      'paper',
      480,
      640,
      'The paper’s depth protocol takes photos of 640×480 px, this one is 480×640; use the protocol “fit”.',
    ],
  ] as const)('%s: %d×%d is refused', (protocol, width, height, message) => {
    expect(() => geometry(protocol, 'depth', width, height, working)).toThrow(message);
  });
});

describe('toInput', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(0, 51, 255, 255, 204, 0) };

  it('converts channels to planes in −1…1, zero-padded at the right and the bottom', () => {
    const sizes = geometry('direct', 'depth', 2, 1, { longSide: 64, multiple: 4 });
    const input = toInput(image, sizes);
    expect(input).toHaveLength(3 * 16);
    const rounded = Array.from(input, (v) => Math.round(v * 100) / 100);
    expect(rounded.slice(0, 8)).toEqual([-1, 1, 0, 0, 0, 0, 0, 0]);
    expect(rounded.slice(16, 20)).toEqual([-0.6, 0.6, 0, 0]);
    expect(rounded.slice(32, 36)).toEqual([1, -1, 0, 0]);
  });
  it('cuts out the requested window', () => {
    const wide = { width: 640, height: 480, data: new Uint8Array(640 * 480 * 3) };
    wide.data[160 * 3] = 255;
    const sizes = geometry('paper', 'depth', 640, 480, paper);
    expect(toInput(wide, sizes, 1)[0]).toBe(1);
    expect(toInput(wide, sizes, 0)[160]).toBe(1);
    expect(() => toInput(wide, sizes, 2)).toThrow('There is no window 2; this photo has 2.');
  });
});
