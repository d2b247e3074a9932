import sharp from 'sharp';
import { expect, test } from 'vitest';
import { readNpy } from '../../image/formats/npy.ts';
import { decodePngSamples } from '../../image/formats/png.ts';
import { classColour } from '../../image/palette.ts';
import { labelFile } from './label-files.ts';

const map = { width: 2, height: 1, labels: Uint8Array.of(3, 0) };
const size = { width: 4, height: 2 };
const larger = [3, 3, 0, 0, 3, 3, 0, 0];

test('class indices at the photo’s size, in a PNG that shows their colours', async () => {
  const png = await labelFile({ format: 'png', map, size });
  expect(await decodePngSamples(png, 'classes.png')).toMatchObject({
    ...size,
    channels: 1,
    data: Uint8Array.from(larger),
  });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...size, channels: 3 });
  expect([...data]).toEqual(larger.flatMap((label) => [...classColour(label)]));
});

test('class indices at the photo’s size as .npy; labels of that size are not changed', async () => {
  const { shape, data } = readNpy(await labelFile({ format: 'npy', map, size }), 'classes.npy');
  expect(shape).toEqual([2, 4]);
  expect([...data]).toEqual(larger);
  expect([...readNpy(await labelFile({ format: 'npy', map, size: map }), 'classes.npy').data]).toEqual([3, 0]);
});
