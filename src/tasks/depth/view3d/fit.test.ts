import { Matrix4, PerspectiveCamera, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { reliefOf } from '../../../image/relief.ts';
import { extentOf, fovFor } from './fit.ts';

/** Vertices of a wall 2 m in front of the photo's camera. */
const wall = (width: number, height: number, fov: number) =>
  reliefOf(new Float32Array(width * height).fill(2), width, height, { fov, edgeAngle: 90, maxVertices: 1e5 }).positions;

/** Shares of the view's width and height that the vertices span, as seen from the photo's camera. */
function spanned(positions: Float32Array, aspect: number): readonly [across: number, upright: number] {
  const camera = new PerspectiveCamera(fovFor(extentOf(positions, new Matrix4()), aspect), aspect);
  camera.updateProjectionMatrix();
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let i = 0; i < positions.length; i += 3) {
    const { x, y } = new Vector3().fromArray(positions, i).applyMatrix4(camera.projectionMatrix);
    xs.push(Math.abs(x));
    ys.push(Math.abs(y));
  }
  return [Math.max(...xs), Math.max(...ys)];
}

test.each([
  ['a photo in a wide view', 320, 240, 63.3, 16 / 9, 'upright'],
  ['a photo in a narrow view', 320, 240, 63.3, 0.5, 'across'],
  ['a panorama', 600, 40, 63.3, 16 / 9, 'across'],
  ['a tall strip', 40, 600, 5.3, 16 / 9, 'upright'],
])('%s fills the view in one direction and fits in the other', (_, width, height, fov, aspect, full) => {
  const [across, upright] = spanned(wall(width, height, fov), aspect);
  const [most, other] = full === 'across' ? [across, upright] : [upright, across];
  expect(most).toBeGreaterThan(0.93);
  expect(most).toBeLessThan(1);
  expect(other).toBeLessThan(most);
});

test('few vertices beside the camera do not count; those behind it and no vertices at all have no extent', () => {
  const photo = wall(320, 240, 60);
  const { across } = extentOf(photo, new Matrix4());
  const near = Float32Array.from([...photo, 5, 0, -0.01]);
  expect(extentOf(near, new Matrix4()).across).toBeCloseTo(across, 2);
  for (const nothing of [Float32Array.of(1, 1, 3), new Float32Array(0)])
    expect(fovFor(extentOf(nothing, new Matrix4()), 1)).toBe(2);
});
