import { encodeRle, maskArea, rleToString } from '../../../image/masks/mask.ts';
import { maskPolygons, withoutHoles } from '../../../image/masks/polygon.ts';

/** A mask at the photo's size. */
export interface NamedMask {
  readonly name: string;
  readonly prompt: string;
  readonly threshold: number;
  readonly edited: boolean;
  /** 1 inside, 0 outside, row-major. */
  readonly mask: Uint8Array;
}

type Form = 'rle' | 'polygons';

/** A COCO annotation without its ids, which depend on its position in the file. */
export interface Annotated {
  readonly name: string;
  readonly segmentation: unknown;
  readonly area: number;
  readonly bbox: readonly number[];
  readonly attributes: { readonly prompt: string; readonly threshold: number; readonly edited: boolean };
}

/** A photo in the COCO file, with its masks. */
export interface CocoPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly masks: readonly Annotated[];
}

/**
 * Describes a mask as COCO does. `rle`: compressed run lengths, as in pycocotools; `polygons`: one ring in pixels per connected component,
 * whose holes are joined to the outline by cuts without area; filling the rings restores every pixel whose centre is inside.
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

/** Writes COCO's instances file: a category per name, an annotation per mask with pixels (training code rejects empty boxes). */
export function cocoText(photos: readonly CocoPhoto[]): string {
  const names = [...new Set(photos.flatMap(({ masks }) => masks.map(({ name }) => name)))];
  const annotations = photos.flatMap(({ masks }, image) =>
    masks.filter(({ area }) => area > 0).map((mask) => ({ image_id: image + 1, ...mask })),
  );
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

/** Bounding box [x, y, width, height] of the pixels inside; all 0 if there are none. */
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
