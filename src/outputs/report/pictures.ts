import { applyColormap, colormap } from '../../image/colormap.ts';
import { encodePng8 } from '../../image/formats/png.ts';
import { classColour, maskColour } from '../../image/palette.ts';
import { resizeLabels } from '../../image/planes.ts';
import { resizePlane, resizeToPlanes } from '../../image/resize.ts';
import type { RgbImage } from '../../image/rgb.ts';
import type { Snapshot } from '../../storage/session/snapshot.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import type { DepthView } from '../../tasks/depth/view.ts';
import { maskAtSize } from '../../tasks/refer/mask-files.ts';
import type { MaskItem } from '../../tasks/refer/masks/masks.ts';
import type { MaskShape } from '../../tasks/refer/masks/shape.ts';
import { toBase64 } from '../base64.ts';
import type { Answered } from './protocol.ts';

/** Image codec of the platform: the browser's in the page, another one in tests. */
export interface Codec {
  /** Decodes to 8-bit sRGB, with the EXIF orientation applied. */
  decode(file: Blob, name: string): Promise<RgbImage>;
  jpeg(image: RgbImage): Promise<Uint8Array>;
}

/** Maximum long side of a picture in the page, in pixels; the photo itself is in the data. */
const MAX_PICTURE_SIDE = 800;

type Size = Pick<RgbImage, 'width' | 'height'>;
type DepthAnswer = Extract<Answered, { task: 'depth' }>;
type SegmentAnswer = Extract<Answered, { task: 'segment' }>;

/** Shrinks a photo to MAX_PICTURE_SIDE; smaller photos stay as they are. */
export function shrunk(photo: RgbImage): RgbImage {
  const scale = Math.min(1, MAX_PICTURE_SIDE / Math.max(photo.width, photo.height));
  if (scale === 1) return photo;
  const width = Math.max(1, Math.round(photo.width * scale));
  const height = Math.max(1, Math.round(photo.height * scale));
  const planes = resizeToPlanes(photo, width, height);
  const pixels = width * height;
  const data = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(planes[c * pixels + i] ?? 0);
  return { width, height, data };
}

export const pngUrl = (png: Uint8Array): string => `data:image/png;base64,${toBase64(png)}`;
export const jpegUrl = (jpeg: Uint8Array): string => `data:image/jpeg;base64,${toBase64(jpeg)}`;

/** Returns a PNG of the depth in the chosen colours and range, at the given size. */
export function depthPicture({ result }: DepthAnswer, view: DepthView, { width, height }: Size): Uint8Array {
  const metres = resizePlane(result.metres, result.width, result.height, width, height);
  const rgb = applyColormap(metres, rangeOf(result, view), colormap(view.colormap), view.invert);
  return encodePng8(rgb, width, height, 'rgb');
}

/** Draws all visible masks over the photo, with outlines if chosen. */
export function masksPicture(
  photo: RgbImage,
  masks: readonly { readonly item: MaskItem; readonly shape: MaskShape }[],
  { refer, layers }: Pick<Snapshot, 'refer' | 'layers'>,
): RgbImage {
  const { width, height } = photo;
  const data = photo.data.slice();
  for (const { item, shape } of masks) {
    if (item.hidden) continue;
    const { plane } = shape;
    const mask = maskAtSize(
      { plane: plane.data, width: plane.width, height: plane.height, threshold: item.threshold },
      photo,
    );
    const colour = maskColour(item.colour);
    const outside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && !mask[y * width + x];
    mask.forEach((inside, i) => {
      if (!inside) return;
      const [x, y] = [i % width, Math.floor(i / width)];
      const onEdge = outside(x - 1, y) || outside(x + 1, y) || outside(x, y - 1) || outside(x, y + 1);
      blend(data, i, colour, refer.outline && onEdge ? 1 : layers.masks.opacity);
    });
  }
  return { width, height, data };
}

/** Draws the colours of the visible classes over the photo. */
export function classesPicture(
  photo: RgbImage,
  { result }: SegmentAnswer,
  { segment, layers }: Pick<Snapshot, 'segment' | 'layers'>,
): RgbImage {
  const { width, height } = photo;
  const data = photo.data.slice();
  const hidden = new Set(result.present.filter(({ name }) => segment.hidden.includes(name)).map(({ index }) => index));
  resizeLabels(result.labels, result.width, result.height, width, height).forEach((label, i) => {
    if (!hidden.has(label)) blend(data, i, classColour(label), layers.classes.opacity);
  });
  return { width, height, data };
}

function blend(data: Uint8Array, pixel: number, colour: readonly number[], share: number): void {
  for (let c = 0; c < 3; c++)
    data[3 * pixel + c] = Math.round((data[3 * pixel + c] ?? 0) * (1 - share) + (colour[c] ?? 0) * share);
}
