import { expect, test } from 'vitest';
import { colormap } from '../../image/colormap.ts';
import { decodePngSamples } from '../../image/png.ts';
import { answerAsk } from './answer.ts';
import { drawContours, INK } from './contours.ts';

/** A floor that goes away from the viewer by a tenth of a metre per pixel, row by row. */
const SLOPE = { width: 3, height: 21, metres: Float32Array.from({ length: 63 }, (_, i) => 1 + Math.floor(i / 3) / 10) };

/** Colours of a picture's column, from the top down, after lines were drawn on `ground`. */
function column(ground: number, interval: number): readonly number[] {
  const rgb = new Uint8Array(3 * SLOPE.metres.length).fill(ground);
  drawContours(rgb, SLOPE, interval);
  return Array.from({ length: SLOPE.height }, (_, y) => rgb[9 * y] ?? 0);
}

test('lines lie where depth is a multiple of their distance, with soft edges: dark on light, light on dark', () => {
  // 1, 1.5, 2, 2.5 and 3 m; in halves of a whole line's ink.
  const halves = (colours: readonly number[]) => colours.map((colour) => Math.round((2 * colour) / (255 * INK)));
  const lines = Array.from({ length: SLOPE.height }, (_, y) => [2, 1, 0, 0, 1][y % 5]);
  expect(halves(column(0, 0.5))).toEqual(lines);
  expect(halves(column(255, 0.5).map((colour) => 255 - colour))).toEqual(lines);
});

test('beside a jump of depth the line is as wide as elsewhere; a plane between two lines has none', () => {
  const rgb = new Uint8Array(3 * 6).fill(255);
  drawContours(rgb, { width: 6, height: 1, metres: Float32Array.of(1.2, 1.2, 1.2, 5.3, 5.3, 5.3) }, 0.5);
  expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([255, 255, 38, 255, 255, 255]);
});

test('the picture of what is shown has the lines that are shown', async () => {
  const file = { format: 'colours', depth: SLOPE, colormap: 'viridis', low: 1, high: 3 } as const;
  const picture = async (contour: number) => {
    const answer = await answerAsk({ kind: 'file', file: { ...file, contour } });
    return (await decodePngSamples(answer.kind === 'file' ? answer.bytes : new Uint8Array(), 'depth.png')).data;
  };
  const [plain, lined] = [await picture(0), await picture(0.5)];
  expect([...plain.slice(0, 3)]).toEqual([...colormap('viridis').slice(0, 3)]);
  const lines = Uint8Array.from(plain);
  drawContours(lines, SLOPE, 0.5);
  expect(lines).not.toEqual(plain);
  expect(lined).toEqual(lines);
});
