import { expect, test } from 'vitest';
import { annotate, boundingBox, cocoText, type NamedMask } from './coco.ts';

const file = (masks: readonly NamedMask[], form: 'rle' | 'polygons') => ({
  file: 'room.png',
  width: 2,
  height: 3,
  masks: masks.map((mask) => annotate(mask, 2, 3, form)),
});

test('one photo: a category per mask, and an annotation per mask that has pixels', () => {
  // 0 1
  // 0 1
  // 1 1
  const mask = Uint8Array.of(0, 1, 0, 1, 1, 1);
  const named = { name: 'seat', prompt: 'the chair', threshold: 0.4, edited: true };
  const empty = { name: 'b', prompt: 'b', threshold: 0.5, edited: false, mask: new Uint8Array(6) };
  expect(JSON.parse(cocoText([file([{ ...named, mask }, empty], 'rle')]))).toEqual({
    info: { description: 'Masks of phrases, VPD Workbench' },
    images: [{ id: 1, file_name: 'room.png', width: 2, height: 3 }],
    categories: [
      { id: 1, name: 'seat', supercategory: 'phrase' },
      { id: 2, name: 'b', supercategory: 'phrase' },
    ],
    annotations: [
      {
        id: 1,
        image_id: 1,
        category_id: 1,
        segmentation: { size: [3, 2], counts: '24' },
        area: 4,
        bbox: [0, 0, 2, 3],
        iscrowd: 0,
        attributes: { prompt: 'the chair', threshold: 0.4, edited: true },
      },
    ],
  });
  const { annotations } = JSON.parse(cocoText([file([{ ...named, mask }, empty], 'polygons')]));
  expect(annotations).toHaveLength(1);
  expect(annotations[0].segmentation).toHaveLength(1);
});

test('masks of the same name in several photos share a category', () => {
  const mask = { name: 'seat', prompt: 'seat', threshold: 0.5, edited: false, mask: new Uint8Array(6).fill(1) };
  const { images, categories, annotations } = JSON.parse(cocoText([file([mask], 'rle'), file([mask], 'rle')]));
  expect(images.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
  expect(categories).toEqual([{ id: 1, name: 'seat', supercategory: 'phrase' }]);
  expect(annotations).toMatchObject([
    { id: 1, image_id: 1, category_id: 1 },
    { id: 2, image_id: 2, category_id: 1 },
  ]);
});

test('a bounding box contains exactly the pixels inside', () => {
  expect(boundingBox(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 1, 0), 3, 3)).toEqual([1, 1, 1, 2]);
});
