import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { classPalette } from './palette.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/*
 * Checks the palette with a model that it was not made with: colour blindness by Viénot, Brettel and Mollon (1999) on linear RGB, and
 * differences as CIE 1976 ΔE in L*a*b* (D65).
 */
const TO_LMS: Matrix = [
  [17.8824, 43.5161, 4.11935],
  [3.45565, 27.1554, 3.86714],
  [0.0299566, 0.184309, 1.46709],
];
const FROM_LMS: Matrix = [
  [0.0809444479, -0.130504409, 0.116721066],
  [-0.0102485335, 0.0540193266, -0.113614708],
  [-0.000365296938, -0.00412161469, 0.693511405],
];
const VISIONS: Readonly<Record<string, Matrix>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'red-blind': [
    [0, 2.02344, -2.52581],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'green-blind': [
    [1, 0, 0],
    [0.494207, 0, 1.24827],
    [0, 0, 1],
  ],
};
const TO_XYZ: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const WHITE: Triple = [0.95047, 1, 1.08883];

const times = (matrix: Matrix, [x, y, z]: Triple): Triple => {
  const row = ([a, b, c]: Triple) => a * x + b * y + c * z;
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
};
const clip = (value: number) => Math.min(1, Math.max(0, value));
const linear = (byte: number) => (byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);

function lab(rgb: Triple): Triple {
  const f = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);
  const [x, y, z] = times(TO_XYZ, rgb);
  const [fx, fy, fz] = [f(x / WHITE[0]), f(y / WHITE[1]), f(z / WHITE[2])];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

function seen(colour: readonly number[], vision: Matrix): Triple {
  const [r = 0, g = 0, b = 0] = colour.map(linear);
  const [x, y, z] = times(FROM_LMS, times(vision, times(TO_LMS, [r, g, b])));
  return lab([clip(x), clip(y), clip(z)]);
}

const classes = (): readonly string[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../models/tiny/config.json'), 'utf8')).tasks.segment.classes;

/** Least ΔE; about 5 is seen at a glance between patches that do not touch. */
const LEAST_DIFFERENCE = { full: 9, 'red-blind': 5, 'green-blind': 5 } as const;

test.each(Object.entries(LEAST_DIFFERENCE))(
  'the colours of the embedded classes differ for %s vision',
  (name, least) => {
    const names = classes();
    const palette = classPalette(names.length);
    const colours = names.map((_, i) => seen([...palette.subarray(3 * i, 3 * i + 3)], VISIONS[name] ?? TO_LMS));
    let closest = { difference: Number.POSITIVE_INFINITY, pair: '' };
    for (const [i, one] of colours.entries())
      for (const [j, other] of colours.slice(0, i).entries()) {
        const difference = Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
        if (difference < closest.difference) closest = { difference, pair: `${names[i]} and ${names[j]}` };
      }
    expect(closest.difference, closest.pair).toBeGreaterThan(least);
  },
);

test('the simulation works: red and green are close for colour-blind vision, not for full vision', () => {
  const distance = (vision: string, a: readonly number[], b: readonly number[]) => {
    const matrix = VISIONS[vision] ?? TO_LMS;
    const [one, other] = [seen(a, matrix), seen(b, matrix)];
    return Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
  };
  expect(distance('full', [190, 60, 60], [110, 110, 60])).toBeGreaterThan(30);
  expect(distance('green-blind', [190, 60, 60], [110, 110, 60])).toBeLessThan(20);
  expect(distance('full', [128, 128, 128], [128, 128, 128])).toBe(0);
});
