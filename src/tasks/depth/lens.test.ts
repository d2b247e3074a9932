import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { taskViews } from '../../storage/session/view-schemas.ts';
import { degrees, describeLens, EMBEDDED_WORKING, lensOf, lensWarning } from './lens.ts';
import { DEPTH_VIEW } from './view.ts';

const upright = { width: 480, height: 640 };

test('by default the field of view follows from the photo’s shape and the pack’s input size', () => {
  const lens = lensOf({ fov: undefined }, upright);
  expect(lens.chosen).toBe(false);
  expect([degrees(lens.fov), degrees(lens.automatic)]).toEqual(['49.6°', '49.6°']);
  expect(describeLens(lens)).toBe(
    'horizontal field of view: 49.65 degrees, as of the camera that the network learned its metres from',
  );
  const square = { width: 512, height: 512 };
  expect(degrees(lensOf({ fov: undefined }, square).fov)).toBe('52.5°');
  expect(degrees(lensOf({ fov: undefined }, square, { longSide: 512, multiple: 64 }).fov)).toBe('63.3°');
});

test('a chosen field of view applies to every shape; the automatic one is still returned', () => {
  const lens = lensOf({ fov: 70 }, upright);
  expect(lens).toMatchObject({ fov: 70, chosen: true });
  expect(degrees(lens.automatic)).toBe('49.6°');
  expect(describeLens(lens)).toBe('horizontal field of view: 70 degrees, chosen by hand');
});

test('the photo’s own field of view takes precedence over the network’s, and a chosen one over both', () => {
  const withFov = { ...upright, fov: 53.1 };
  const own = lensOf({ fov: undefined }, withFov);
  expect(own).toMatchObject({ fov: 53.1, automatic: 53.1, fromFile: true, chosen: false });
  expect(describeLens(own)).toBe('horizontal field of view: 53.1 degrees, as the photo’s file says');
  expect(lensOf({ fov: 70 }, withFov)).toMatchObject({ fov: 70, automatic: 53.1, fromFile: true, chosen: true });
});

test.each([
  [65, undefined],
  [77, undefined],
  [30, 'with this longer lens, its depths are too small.'],
  [100, 'with this wider lens, its depths are too large.'],
])('warns of a lens of %i° only if it differs much from the one the network expects', (fov, warning) => {
  const found = lensWarning(lensOf({ fov: undefined }, { width: 640, height: 480, fov }));
  expect(found).toBe(warning && ` The network assumes 63.3° for a photo of this shape; ${warning}`);
});

test.each([70, undefined])('a session stores the chosen field of view, also if there is none: %s', (fov) => {
  const kept = JSON.parse(JSON.stringify({ ...DEPTH_VIEW, fov }));
  expect(v.parse(taskViews.depth, kept).fov).toBe(fov);
});

test('the input size that is assumed before a pack is open is that of the embedded pack', () => {
  const config = JSON.parse(readFileSync('models/tiny/config.json', 'utf8'));
  expect(config.working).toEqual(EMBEDDED_WORKING);
});
