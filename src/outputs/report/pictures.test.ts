import { expect, test } from 'vitest';
import { classColour, maskColour } from '../../image/palette.ts';
import type { RgbImage } from '../../image/rgb.ts';
import { LAYERS_STATE } from '../../tasks/layer-stack.ts';
import { addMask, NO_MASKS } from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import { REFER_VIEW } from '../../tasks/refer/view.ts';
import { SEGMENT_VIEW } from '../../tasks/segment/view.ts';
import { classesPicture, masksPicture, shrunk } from './pictures.ts';

const grey = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(100),
});
const pixel = ({ data }: RgbImage, i: number): readonly number[] => [...data.subarray(3 * i, 3 * i + 3)];
/** A colour over the grey photo. */
const over = (colour: readonly number[], opacity: number): readonly number[] =>
  colour.map((value) => Math.round(100 * (1 - opacity) + value * opacity));

test('only photos larger than 800 pixels are shrunk', () => {
  const small = grey(800, 30);
  expect(shrunk(small)).toBe(small);
  expect(shrunk(grey(30, 1600))).toEqual(grey(15, 800));
});

test('visible masks are drawn over the photo, their outline in the full colour but not along the photo’s edge', () => {
  // The first two of four columns are inside.
  const probability = Float32Array.from({ length: 12 }, (_, i) => (i % 4 < 2 ? 0.9 : 0.1));
  const result = {
    ...{ width: 4, height: 3, probability, area: 0.5 },
    ...{ tokens: [], words: [], cut: [], maps: [], timings: [] },
  };
  const [item] = addMask(NO_MASKS, 'a').items;
  if (!item) throw new Error('There is no mask.');
  const layers = { ...LAYERS_STATE, masks: { ...LAYERS_STATE.masks, opacity: 0.25 } };
  const draw = (outline: boolean, hidden = false) =>
    masksPicture(grey(4, 3), [{ item: { ...item, hidden }, shape: shapeOf(result, item) }], {
      refer: { ...REFER_VIEW, outline },
      layers,
    });
  const colour = maskColour(item.colour);
  const [inside, full, plain] = [over(colour, 0.25), [...colour], [100, 100, 100]];
  const rows = (each: readonly (readonly number[])[]) => [...each, ...each, ...each];
  const pixels = (image: RgbImage) => Array.from({ length: 12 }, (_, i) => pixel(image, i));
  expect(pixels(draw(true))).toEqual(rows([inside, full, plain, plain]));
  expect(pixels(draw(false))).toEqual(rows([inside, inside, plain, plain]));
  expect(draw(true, true)).toEqual(grey(4, 3));
});

test('hidden classes are not drawn', () => {
  const present = ['wall', 'floor'].map((name, index) => ({ index, name, area: 0.5 }));
  const result = { width: 2, height: 1, labels: Uint8Array.of(0, 1), present, maps: [], timings: [] };
  const layers = { ...LAYERS_STATE, classes: { ...LAYERS_STATE.classes, opacity: 0.25 } };
  const picture = classesPicture(
    grey(2, 1),
    { task: 'segment', result },
    {
      segment: { ...SEGMENT_VIEW, hidden: ['floor'] },
      layers,
    },
  );
  expect([pixel(picture, 0), pixel(picture, 1)]).toEqual([over(classColour(0), 0.25), [100, 100, 100]]);
});
