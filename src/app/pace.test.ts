import { expect, test } from 'vitest';
import { createPaceMeter } from './pace.ts';

test('rate and time left are computed from the last seconds', () => {
  const meter = createPaceMeter();
  expect(meter.record(0, 1000, 0)).toBeUndefined();
  expect(meter.record(10, 1000, 100)).toBeUndefined();
  expect(meter.record(100, 1000, 1000)).toEqual({ bytesPerSecond: 100, secondsLeft: 9 });
  // Ten times as fast from here on: the slow start leaves the window.
  let pace = meter.record(100, 100_000, 1000);
  for (let second = 2; second < 20; second++) pace = meter.record(1000 * (second - 1), 100_000, 1000 * second);
  expect(pace).toEqual({ bytesPerSecond: 1000, secondsLeft: 82 });
});

test('a pause does not count', () => {
  const meter = createPaceMeter();
  meter.record(0, 1000, 0);
  meter.record(100, 1000, 1000);
  meter.restart();
  expect(meter.record(100, 1000, 60_000)).toBeUndefined();
  expect(meter.record(300, 1000, 61_000)).toEqual({ bytesPerSecond: 200, secondsLeft: 3.5 });
});
