import { expect, test } from 'vitest';
import { enlargeMetres, enlargeTo } from './enlarge.ts';
import { resizePlane } from './resize.ts';

const FROM = { width: 8, height: 6 };
const TO = { width: 32, height: 24 };
const GUIDED = { radius: 2, epsilon: 1e-3 };

/** A photo whose left half is dark and whose right half is bright. */
const photo = {
  ...TO,
  data: Uint8Array.from({ length: 3 * TO.width * TO.height }, (_, i) => (Math.floor(i / 3) % TO.width < 16 ? 30 : 220)),
};
/** 1 left and 4 right, smeared over four columns. */
const plane = Float32Array.from({ length: FROM.width * FROM.height }, (_, i) => [1, 1, 1, 2, 3, 4, 4, 4][i % 8] ?? 0);
const middleRow = (values: Float32Array) => values.subarray(12 * TO.width, 13 * TO.width);
/** The largest difference between neighbours of the middle row. */
const jump = (values: Float32Array): number =>
  middleRow(values).reduce((most, value, x, row) => Math.max(most, value - (row[x - 1] ?? value)), 0);

test('without a filter, and in the papers’ protocols, planes are resized bilinearly', () => {
  const expected = resizePlane(plane, FROM.width, FROM.height, TO.width, TO.height);
  for (const how of [{}, { guided: GUIDED, protocol: 'direct' }, { guided: GUIDED, protocol: 'paper' }] as const) {
    const { enlarged, filtered } = enlargeTo(photo, FROM, TO, how)(plane);
    expect(enlarged()).toEqual(expected);
    expect(filtered).toBeUndefined();
    expect(enlargeMetres(plane, photo, FROM, TO, how)).toEqual(expected);
  }
});

test('with a filter the step lies where the photo has its edge', () => {
  const { enlarged, filtered } = enlargeTo(photo, FROM, TO, { guided: GUIDED })(plane);
  expect(jump(resizePlane(plane, FROM.width, FROM.height, TO.width, TO.height))).toBeLessThan(0.3);
  const row = middleRow(enlarged());
  expect((row[16] ?? 0) - (row[15] ?? 0)).toBeGreaterThan(1.2);
  expect(filtered?.()).toHaveLength(FROM.width * FROM.height);
});

test('depth is resized by its logarithm, so that a ratio of depths counts the same near and far', () => {
  const near = enlargeMetres(plane, photo, FROM, TO, { guided: GUIDED });
  const far = enlargeMetres(
    plane.map((metres) => 3 * metres),
    photo,
    FROM,
    TO,
    { guided: GUIDED },
  );
  for (const [i, metres] of far.entries()) expect(metres / (near[i] ?? 0)).toBeCloseTo(3, 3);
  expect(Math.min(...near)).toBeGreaterThan(0);
});

test('a depth of zero stays finite', () => {
  const found = enlargeMetres(new Float32Array(48), photo, FROM, TO, { guided: GUIDED });
  expect([...found].every((metres) => metres > 0 && metres < 0.01)).toBe(true);
});

test('the colours of a photo are computed once for all its results', () => {
  const own = { ...photo, data: photo.data.slice() };
  const first = enlargeTo(own, FROM, TO, { guided: GUIDED })(plane).enlarged();
  own.data.fill(0);
  expect(enlargeTo(own, FROM, TO, { guided: GUIDED })(plane).enlarged()).toEqual(first);
  expect(enlargeTo({ ...own }, FROM, TO, { guided: GUIDED })(plane).enlarged(), 'another photo').not.toEqual(first);
});
