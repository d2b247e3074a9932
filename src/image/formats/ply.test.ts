import { PLYLoader } from 'three/addons/loaders/PLYLoader.js';
import { expect, test } from 'vitest';
import { writePly } from './ply.ts';

test('three’s PLYLoader reads the points and colours', () => {
  const positions = Float32Array.of(1.5, -2, -3.25, 0, 0.125, -9);
  const bytes = writePly(positions, Uint8Array.of(255, 0, 0, 0, 128, 255), ['unit: metre', 'two\nlines']);
  const geometry = new PLYLoader().parse(bytes.buffer);
  expect([...geometry.getAttribute('position').array]).toEqual([...positions]);
  const colours = geometry.getAttribute('color');
  expect(colours.count).toBe(2);
  expect([colours.getX(0), colours.getY(0)]).toEqual([1, 0]);
  expect(new TextDecoder().decode(bytes)).toContain('comment unit: metre\ncomment two lines\n');
});

test('an empty cloud is a valid file; arrays of different lengths are refused', () => {
  const empty = new PLYLoader().parse(writePly(new Float32Array(0), new Uint8Array(0), []).buffer);
  expect(empty.getAttribute('position').count).toBe(0);
  expect(() => writePly(new Float32Array(3), new Uint8Array(6), [])).toThrow(
    'A point cloud needs three coordinates and three colours per point; 3 and 6 were given.',
  );
  expect(() => writePly(new Float32Array(4), new Uint8Array(4), [])).toThrow('4 and 4 were given.');
});
