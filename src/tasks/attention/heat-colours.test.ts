import { expect, test } from 'vitest';
import { heatColours } from './heat-colours.ts';

test('the parts of the last cells that lie outside the photo are cropped', () => {
  const map = { width: 2, height: 2, data: Float32Array.of(0, 1, 0.5, 0.25) };
  const whole = heatColours({ ...map, coverX: 1, coverY: 1 }, 1, { width: 8, height: 6 });
  const part = heatColours({ ...map, coverX: 0.5, coverY: 2 / 3 }, 1, { width: 4, height: 4 });
  const corner = Array.from({ length: 4 }, (_, y) => [...whole.subarray(3 * 8 * y, 3 * (8 * y + 4))]);
  expect([...part]).toEqual(corner.flat());
});
