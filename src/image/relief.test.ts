import { describe, expect, test } from 'vitest';
import { focalLength, unproject } from './camera.ts';
import { gridOf, reliefColours, reliefOf, steepSamples } from './relief.ts';

const ALL = { fov: 63, edgeAngle: 90, maxVertices: 1e6 };

test('the grid covers the picture within the limit of vertices', () => {
  expect(gridOf(100, 50, 5000)).toEqual({ columns: 100, rows: 50, step: 1 });
  const { columns, rows, step } = gridOf(1536, 1152, 400_000);
  expect(columns * rows).toBeLessThanOrEqual(400_000);
  expect(columns * step).toBeGreaterThanOrEqual(1536);
  expect(rows * step).toBeGreaterThanOrEqual(1152);
  expect(gridOf(7, 3, 1)).toMatchObject({ columns: 1, rows: 1 });
});

test('vertices are the unprojected pixels; triangles face the camera', () => {
  const metres = Float32Array.of(1, 2, 3, 4, 5, 6);
  const { positions, uvs, indices } = reliefOf(metres, 3, 2, ALL);
  expect(positions).toHaveLength(18);
  const expected = unproject(1, 1, 5, { width: 3, height: 2 }, focalLength(3, 63));
  expected.forEach((value, axis) => {
    expect(positions[4 * 3 + axis]).toBeCloseTo(value, 6);
  });
  expect([uvs[8], uvs[9]]).toEqual([0.5, 0.75]);
  expect([...indices]).toEqual([0, 3, 1, 1, 3, 4, 1, 4, 2, 2, 4, 5]);
  const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = [0, 3, 1].flatMap((i) => [
    (positions[3 * i] ?? 0) / (metres[i] ?? 1),
    (positions[3 * i + 1] ?? 0) / (metres[i] ?? 1),
  ]);
  expect((bx - ax) * (cy - ay) - (by - ay) * (cx - ax), 'counter-clockwise as seen').toBeGreaterThan(0);
});

describe('depth jumps', () => {
  const step = Float32Array.from({ length: 60 }, (_, i) => (i % 10 < 5 ? 1 : 2));

  test('the two sides of a jump are cut apart', () => {
    const cut = steepSamples(step, 10, 6, focalLength(10, 63), 70);
    expect([...cut.subarray(0, 10)]).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
    const { positions, indices } = reliefOf(step, 10, 6, { ...ALL, edgeAngle: 70 });
    expect(positions).toHaveLength(6 * 8 * 3);
    expect(indices).toHaveLength(5 * 6 * 6);
    for (let i = 0; i < indices.length; i += 3) {
      const depths = [...indices.subarray(i, i + 3)].map((vertex) => positions[3 * vertex + 2]);
      expect(new Set(depths).size, 'a triangle lies on one side').toBe(1);
    }
  });

  test('90° keeps everything except unknown depth', () => {
    expect(reliefOf(step, 10, 6, ALL).positions).toHaveLength(180);
    const holes = Float32Array.of(1, 0, Number.NaN, 1);
    expect([...steepSamples(holes, 4, 1, 10, 90)]).toEqual([0, 1, 1, 0]);
  });

  test('the angle means the same at half the resolution', () => {
    // A wall turned by 70°: tan = 2.75.
    const wall = (size: number) =>
      Float32Array.from({ length: size }, (_, x) => 3 / (1 - (2.75 * (x + 0.5 - size / 2)) / (4 * size)));
    for (const size of [400, 800]) {
      expect(steepSamples(wall(size), size, 1, 4 * size, 72).some(Boolean)).toBe(true);
      expect(steepSamples(wall(size), size, 1, 4 * size, 85).some(Boolean)).toBe(false);
    }
  });
});

test('colours come from the pixel under the vertex', () => {
  const rgb = Uint8Array.from({ length: 12 }, (_, i) => i);
  expect([...reliefColours(Float32Array.of(0.75, 0.75, 0.1, 0.2), rgb, 2, 2)]).toEqual([9, 10, 11, 0, 1, 2]);
});

test('a jump is steep across and down, and an infinite depth is none', () => {
  const jump = Float32Array.of(1, 5);
  expect([...steepSamples(jump, 2, 1, 100, 60)]).toEqual([1, 1]);
  expect([...steepSamples(jump, 1, 2, 100, 60)]).toEqual([1, 1]);
  expect([...steepSamples(Float32Array.of(Number.POSITIVE_INFINITY), 1, 1, 100, 90)]).toEqual([1]);
});
