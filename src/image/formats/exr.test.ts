import { FloatType } from 'three';
import { EXRLoader } from 'three/addons/loaders/EXRLoader.js';
import { expect, test } from 'vitest';
import { writeExr } from './exr.ts';

test('three’s EXRLoader reads the same floats', () => {
  const plane = Float32Array.of(0.1, 2.5, 1e-6, 70_000, 3.3333333, 9);
  const bytes = writeExr(plane, 3, 2, 'depth in metres');
  const loader = new EXRLoader();
  loader.type = FloatType;
  const { width, height, data } = loader.parse(bytes.buffer);
  expect([width, height]).toEqual([3, 2]);
  // The loader returns grey as RGBA, the bottom row first, as for textures.
  expect([...(data ?? [])].filter((_, i) => i % 4 === 0)).toEqual([...plane.subarray(3), ...plane.subarray(0, 3)]);
  expect(new TextDecoder('latin1').decode(bytes)).toContain('depth in metres');
});

test('values must fill the picture', () => {
  expect(() => writeExr(new Float32Array(5), 3, 2, '')).toThrow('5 values do not make an EXR of 3×2 px.');
  expect(() => writeExr(new Float32Array(0), 0, 2, '')).toThrow('0 values do not make an EXR of 0×2 px.');
});
