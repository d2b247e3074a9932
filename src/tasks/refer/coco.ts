import { encodeRle, maskArea, rleToString } from '../../image/mask.ts';
import { maskPolygons, withoutHoles } from '../../image/polygon.ts';

/** A mask at the photo's size. */
export interface NamedMask {
  readonly name: string;
  readonly prompt: string;
  readonly threshold: number;
  readonly edited: boolean;
  /** 0 and 1, row-major. */
  readonly mask: Uint8Array;
}

/**
 * COCO's instances file for one photo: a category and an annotation per mask. `rle` writes compressed run lengths, as pycocotools does;
 * `polygons` writes one ring per connected piece in pixels (holes are reached by cuts without area), and filling them gives back every
 * pixel whose centre is inside.
 */
export function cocoJson(
  file: string,
  width: number,
  height: number,
  masks: readonly NamedMask[],
  form: 'rle' | 'polygons',
): string {
  const segmentation = (mask: Uint8Array) => {
    if (form === 'polygons') return maskPolygons(mask, width, height).map(withoutHoles);
    const { size, counts } = encodeRle(mask, width, height);
    return { size, counts: rleToString(counts) };
  };
  const annotations = masks.map(({ mask, prompt, threshold, edited }, i) => ({
    id: i + 1,
    image_id: 1,
    category_id: i + 1,
    segmentation: segmentation(mask),
    area: maskArea(mask),
    bbox: boundingBox(mask, width, height),
    iscrowd: 0,
    attributes: { prompt, threshold, edited },
  }));
  return JSON.stringify({
    info: { description: 'Masks of phrases, VPD Workbench' },
    images: [{ id: 1, file_name: file, width, height }],
    categories: masks.map(({ name }, i) => ({ id: i + 1, name, supercategory: 'phrase' })),
    annotations,
  });
}

/** [x, y, width, height] of the pixels inside; all 0 where there are none. */
export function boundingBox(mask: Uint8Array, width: number, height: number): readonly number[] {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = y;
  }
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}
