import { beforeEach, expect, test, vi } from 'vitest';
import type { DepthResult } from '../../../engine/results.ts';
import { ensureNormals, knownNormals } from './normals.ts';

/** Requests to the worker, oldest first. */
const jobs: { readonly fov: number; done(): void; readonly image: { closed: boolean } & ImageBitmap }[] = [];

vi.mock('./geometry-client.ts', () => ({
  drawNormals: (_: unknown, fov: number) =>
    new Promise((resolve) => {
      const image = {
        width: 1,
        height: 1,
        closed: false,
        close() {
          image.closed = true;
        },
      };
      jobs.push({ fov, image, done: () => resolve(image) });
    }),
}));

const result = (): DepthResult => ({ width: 1, height: 1, metres: Float32Array.of(2), min: 2, max: 2, timings: [] });
const requestedAngles = () => jobs.map(({ fov }) => fov);
const inFlight = (count: number) => vi.waitFor(() => expect(jobs).toHaveLength(count));

beforeEach(() => {
  jobs.length = 0;
});

test('a slider’s steps run one job at a time, and the last angle is drawn', async () => {
  const depth = result();
  const first = ensureNormals(depth, 60);
  await inFlight(1);
  const steps = [61, 62, 63].map((fov) => ensureNormals(depth, fov));
  expect(requestedAngles()).toEqual([60]);
  jobs[0]?.done();
  expect(await first).toBe(true);
  await inFlight(2);
  expect(requestedAngles()).toEqual([60, 63]);
  expect(knownNormals(depth), 'the previous normals until the new ones are drawn').toBe(jobs[0]?.image);
  expect(jobs[0]?.image.closed).toBe(false);
  jobs[1]?.done();
  expect(await Promise.all(steps)).toEqual([false, false, true]);
  expect(knownNormals(depth)).toBe(jobs[1]?.image);
  expect(jobs.map(({ image }) => image.closed)).toEqual([true, false]);
});

test('returns to an angle that was drawn before the running one', async () => {
  const depth = result();
  const first = ensureNormals(depth, 60);
  await inFlight(1);
  jobs[0]?.done();
  await first;
  const away = ensureNormals(depth, 61);
  await inFlight(2);
  const back = ensureNormals(depth, 60);
  jobs[1]?.done();
  await away;
  await inFlight(3);
  jobs[2]?.done();
  expect(await back).toBe(true);
  expect(requestedAngles()).toEqual([60, 61, 60]);
});

test('normals for the same angle are not drawn again', async () => {
  const depth = result();
  const first = ensureNormals(depth, 60);
  await inFlight(1);
  jobs[0]?.done();
  await first;
  expect(await ensureNormals(depth, 60)).toBe(false);
  expect(requestedAngles()).toEqual([60]);
});

test('all depth maps of the stage are drawn', async () => {
  const depths = [result(), result(), result()];
  const drawn: Promise<boolean>[] = [];
  for (const depth of depths) {
    drawn.push(ensureNormals(depth, 60));
    await inFlight(drawn.length);
  }
  for (const { done } of jobs) done();
  expect(await Promise.all(drawn)).toEqual([true, true, true]);
  expect(depths.map(knownNormals)).toEqual(jobs.map(({ image }) => image));
});
