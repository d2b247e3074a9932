/** Files at the photo's size, from a depth map that is smaller. */
import { expect, test } from 'vitest';
import { focalLength } from '../../../image/camera.ts';
import { applyColormap, colormap } from '../../../image/colormap.ts';
import { readNpyF32 } from '../../../image/formats/npy.ts';
import { decodePngSamples } from '../../../image/formats/png.ts';
import { normalColours, normalsOf } from '../../../image/normals.ts';
import { resizePlane } from '../../../image/resize.ts';
import { writeDepthFile } from './depth-files.ts';

const depth = { width: 30, height: 20, metres: Float32Array.from({ length: 600 }, (_, i) => 2 + Math.sin(i / 7)) };
const size = { width: 75, height: 50 };
const large = resizePlane(depth.metres, depth.width, depth.height, size.width, size.height);

test('metres and millimetres are resized as the command line resizes the network’s output', async () => {
  const npy = readNpyF32(await writeDepthFile({ format: 'npy', depth, size }), 'depth.npy');
  expect(npy.shape).toEqual([50, 75]);
  expect(npy.data).toEqual(large);
  const png = await decodePngSamples(await writeDepthFile({ format: 'millimetres', depth, size }), 'depth.png');
  expect([png.width, png.height]).toEqual([75, 50]);
  expect([...png.data]).toEqual([...large].map((metres) => Math.round(1000 * metres)));
  const exr = await writeDepthFile({ format: 'exr', depth, size });
  expect(exr.length).toBeGreaterThan(4 * large.length);
});

test('the picture has the photo’s size; a depth map of that size is not changed', async () => {
  const look = { format: 'colours', colormap: 'turbo', low: 1, high: 3, contour: 0 } as const;
  const picture = await decodePngSamples(await writeDepthFile({ ...look, depth, size }), 'depth.png');
  expect([...picture.data]).toEqual([...applyColormap(large, [1, 3], colormap('turbo'))]);
  const same = readNpyF32(await writeDepthFile({ format: 'npy', depth, size: depth }), 'depth.npy');
  expect(same.data).toEqual(depth.metres);
});

test('normals are those of the depth map, of unit length between its pixels too', async () => {
  // Two planes that meet: the normals between them turn from one to the other.
  const roof = {
    width: 8,
    height: 2,
    metres: Float32Array.from({ length: 16 }, (_, i) => 4 - Math.abs((i % 8) - 3.5) / 4),
  };
  const file = await writeDepthFile({
    format: 'normals',
    depth: roof,
    size: { width: 16, height: 4 },
    fov: 60,
    camera: '',
  });
  const { width, height, data } = await decodePngSamples(file, 'normals.png');
  expect([width, height]).toEqual([16, 4]);
  const own = normalColours(normalsOf(roof.metres, 8, 2, focalLength(8, 60)));
  expect([...data.slice(0, 3)], 'at the corner').toEqual([...own.slice(0, 3)]);
  for (let i = 0; i < data.length; i += 3) {
    const [x = 0, y = 0, z = 0] = [...data.slice(i, i + 3)].map((value) => value / 127.5 - 1);
    expect(Math.hypot(x, y, z)).toBeCloseTo(1, 1);
  }
});
