import { expect, test } from 'vitest';
import { colormap } from '../../image/colormap.ts';
import { decodePngSamples } from '../../image/formats/png.ts';
import { drawContours, INK } from './contours.ts';
import { answerRequest } from './geometry/answer.ts';

/** Depth that increases by a tenth of a metre per row. */
const SLOPE = { width: 3, height: 21, metres: Float32Array.from({ length: 63 }, (_, i) => 1 + Math.floor(i / 3) / 10) };

/** Values of a picture's first column, from the top, after lines were drawn on the grey value `ground`. */
function column(ground: number, interval: number): readonly number[] {
  const rgb = new Uint8Array(3 * SLOPE.metres.length).fill(ground);
  drawContours(rgb, SLOPE, interval);
  return Array.from({ length: SLOPE.height }, (_, y) => rgb[9 * y] ?? 0);
}

test('lines lie at multiples of their distance, with soft edges: dark on light colours, light on dark ones', () => {
  // Lines at 1, 1.5, 2, 2.5 and 3 m; values in halves of INK.
  const halves = (colours: readonly number[]) => colours.map((colour) => Math.round((2 * colour) / (255 * INK)));
  const lines = Array.from({ length: SLOPE.height }, (_, y) => [2, 1, 0, 0, 1][y % 5]);
  expect(halves(column(0, 0.5))).toEqual(lines);
  expect(halves(column(255, 0.5).map((colour) => 255 - colour))).toEqual(lines);
});

test('at a jump of depth a line is as wide as elsewhere; a plane between two lines has none', () => {
  const rgb = new Uint8Array(3 * 6).fill(255);
  drawContours(rgb, { width: 6, height: 1, metres: Float32Array.of(1.2, 1.2, 1.2, 5.3, 5.3, 5.3) }, 0.5);
  expect([...rgb].filter((_, i) => i % 3 === 0)).toEqual([255, 255, 38, 255, 255, 255]);
});

test('the picture file has the contour lines of the stage', async () => {
  const file = { format: 'colours', depth: SLOPE, size: SLOPE, colormap: 'viridis', low: 1, high: 3 } as const;
  const picture = async (contour: number) => {
    const answer = await answerRequest({ kind: 'file', file: { ...file, contour } });
    return (await decodePngSamples(answer.kind === 'file' ? answer.bytes : new Uint8Array(), 'depth.png')).data;
  };
  const [plain, lined] = [await picture(0), await picture(0.5)];
  expect([...plain.slice(0, 3)]).toEqual([...colormap('viridis').slice(0, 3)]);
  const lines = Uint8Array.from(plain);
  drawContours(lines, SLOPE, 0.5);
  expect(lines).not.toEqual(plain);
  expect(lined).toEqual(lines);
});
