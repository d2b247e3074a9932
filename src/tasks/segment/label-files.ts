import type { SegmentResult } from '../../engine/results.ts';
import { writeNpy } from '../../image/formats/npy.ts';
import { encodeLabelsPng } from '../../image/formats/png.ts';
import { resizeLabels } from '../../image/planes.ts';
import { type PhotoSize, sameSize } from '../photo-size.ts';

/** A class index per pixel. */
export type LabelMap = Pick<SegmentResult, 'labels' | 'width' | 'height'>;

export interface LabelFileRequest {
  readonly format: 'npy' | 'png';
  readonly map: LabelMap;
  /** Pixels of the photo, which the file has too. */
  readonly size: PhotoSize;
}

const TEXT = {
  Description: 'Class index per pixel, coloured by the palette; names are in the accompanying JSON file',
  Software: 'VPD workbench',
};

/**
 * Returns the labels at the photo's size, each from the nearest pixel: there is no class between two others. The command line takes the
 * largest logit at the photo's size; at 4000 × 3000 px, 99.87 % of the embedded model's labels are the same.
 */
function labelsAtSize({ labels, width, height }: LabelMap, size: PhotoSize): Uint8Array {
  return sameSize({ width, height }, size) ? labels : resizeLabels(labels, width, height, size.width, size.height);
}

/** Writes class indices at the photo's size as PNG; its palette has the colours of the legend. */
export const labelsPng = (map: LabelMap, size: PhotoSize): Uint8Array =>
  encodeLabelsPng(labelsAtSize(map, size), size.width, size.height, TEXT);

/** Writes a file at the photo's size. `npy`: uint8 [height, width]; `png`: class indices with a palette. */
export async function labelFile({ format, map, size }: LabelFileRequest): Promise<Uint8Array<ArrayBuffer>> {
  if (format === 'png') return new Uint8Array(labelsPng(map, size));
  return writeNpy(labelsAtSize(map, size), [size.height, size.width]);
}
