import { describe, expect, it } from 'vitest';
import { depthErrors, depthEvaluation, depthScore } from './depth.ts';
import { addSums } from './sums.ts';

const range = { min: 1e-3, max: 10, crop: null };

describe('depthErrors', () => {
  it('by hand: 2 m for 4 m, and 4 m for 4 m', () => {
    const errors = depthErrors({ width: 2, height: 1, data: Float32Array.of(2, 4) }, Float32Array.of(4, 4), range);
    const expected: Readonly<Record<string, number>> = {
      rmse: Math.sqrt(4 / 2),
      d1: 0.5,
      d2: 0.5,
      d3: 0.5, // 2 > 1.25³ = 1.953
      abs_rel: 0.25,
      sq_rel: 0.5,
      rmse_log: 0.490129, // √(ln²2 / 2)
      log10: 0.150515, // log10(2) / 2
      silog: 0.424464, // √(ln²2/2 − ½·(ln2/2)²)
    };
    expect(Object.keys(errors ?? {})).toEqual(Object.keys(expected));
    for (const [name, value] of Object.entries(errors ?? {}))
      expect(value, name).toBeCloseTo(expected[name] ?? Number.NaN, 6);
  });

  it('distinguishes δ1, δ2 and δ3, whose ends are excluded', () => {
    const errors = depthErrors(
      { width: 4, height: 1, data: Float32Array.of(1.2, 1.25, 1.25 ** 2, 1.25 ** 3) },
      Float32Array.of(1, 1, 1, 1),
      range,
    );
    expect(errors).toMatchObject({ d1: 0.25, d2: 0.5, d3: 0.75 });
  });

  it('evaluates only pixels whose truth is inside the range and the crop', () => {
    const truth = Float32Array.of(1, 0, 10, 11, 1, 1);
    const data = Float32Array.of(2, 9, 9, 9, 3, 1);
    expect(depthErrors({ width: 3, height: 2, data }, truth, range)?.abs_rel).toBeCloseTo((1 + 2 + 0) / 3, 6);
    expect(depthErrors({ width: 3, height: 2, data }, truth, { ...range, crop: [1, 2, 0, 2] })?.abs_rel).toBe(2);
    expect(depthErrors({ width: 3, height: 2, data }, truth, { ...range, crop: [0, 1, 1, 3] })).toBeUndefined();
    const beyond = depthErrors({ width: 3, height: 2, data }, truth, { ...range, crop: [0, 9, 0, 9] });
    expect(beyond, 'a crop larger than the photo').toEqual(depthErrors({ width: 3, height: 2, data }, truth, range));
    expect(
      depthErrors({ width: 3, height: 2, data }, truth, { ...range, min: 1 }),
      'ends are excluded',
    ).toBeUndefined();
  });

  it('takes infinite predictions as the maximum, NaN and zero as the minimum', () => {
    const found = { width: 3, height: 1, data: Float32Array.of(Number.POSITIVE_INFINITY, Number.NaN, 0) };
    expect(depthErrors(found, Float32Array.of(5, 1, 1), range)?.abs_rel).toBeCloseTo((1 + 0.999 + 0.999) / 3, 6);
  });

  it('refuses sizes that differ', () => {
    expect(() => depthErrors({ width: 2, height: 1, data: new Float32Array(2) }, new Float32Array(3), range)).toThrow(
      'A depth map of 2×1 px cannot be compared with 3 values of truth.',
    );
    expect(() => depthErrors({ width: 3, height: 1, data: new Float32Array(2) }, new Float32Array(3), range)).toThrow(
      'A depth map of 3×1 px cannot be compared with 3 values of truth.',
    );
  });
});

it('averages over photos and counts those without truth', () => {
  const of = (metres: number, truth: number) =>
    depthErrors({ width: 1, height: 1, data: Float32Array.of(metres) }, Float32Array.of(truth), range);
  let sums = depthEvaluation.empty;
  for (const errors of [of(2, 1), of(4, 1), of(1, 0)]) sums = addSums(sums, depthScore(errors));
  expect(depthEvaluation.report(sums)).toMatchObject({
    task: 'depth',
    images: 2,
    skipped: 1,
    rmse: 2,
    abs_rel: 2,
    d1: 0,
  });
});
