import { encodeRle, maskArea, rleToString } from '../../../image/mask.ts';
import { maskPolygons, withoutHoles } from '../../../image/polygon.ts';

/** A mask at the photo's size. */
export interface NamedMask {
  readonly name: string;
  readonly prompt: string;
  readonly threshold: number;
  readonly edited: boolean;
  /** 0 and 1, row-major. */
  readonly mask: Uint8Array;
}

type Form = 'rle' | 'polygons';

/** A mask as COCO describes it, without the ids that follow from its place in the file. */
export interface Annotated {
  readonly name: string;
  readonly segmentation: unknown;
  readonly area: number;
  readonly bbox: readonly number[];
  readonly attributes: { readonly prompt: string; readonly threshold: number; readonly edited: boolean };
}

/** A photo of the file with its masks. */
export interface CocoPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly masks: readonly Annotated[];
}

/**
 * `rle` writes compressed run lengths, as pycocotools does; `polygons` writes one ring per connected piece in pixels (holes are reached by
 * cuts without area), and filling them gives back every pixel whose centre is inside.
 */
export function annotate(
  { name, mask, prompt, threshold, edited }: NamedMask,
  width: number,
  height: number,
  form: Form,
): Annotated {
  const rle = () => {
    const { size, counts } = encodeRle(mask, width, height);
    return { size, counts: rleToString(counts) };
  };
  return {
    name,
    segmentation: form === 'rle' ? rle() : maskPolygons(mask, width, height).map(withoutHoles),
    area: maskArea(mask),
    bbox: boundingBox(mask, width, height),
    attributes: { prompt, threshold, edited },
  };
}

/** COCO's instances file: a category per name, an annotation per mask. */
export function cocoText(photos: readonly CocoPhoto[]): string {
  const names = [...new Set(photos.flatMap(({ masks }) => masks.map(({ name }) => name)))];
  const annotations = photos.flatMap(({ masks }, image) => masks.map((mask) => ({ image_id: image + 1, ...mask })));
  return JSON.stringify({
    info: { description: 'Masks of phrases, VPD Workbench' },
    images: photos.map(({ file, width, height }, i) => ({ id: i + 1, file_name: file, width, height })),
    categories: names.map((name, i) => ({ id: i + 1, name, supercategory: 'phrase' })),
    annotations: annotations.map(({ name, ...rest }, i) => ({
      id: i + 1,
      category_id: names.indexOf(name) + 1,
      iscrowd: 0,
      ...rest,
    })),
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
