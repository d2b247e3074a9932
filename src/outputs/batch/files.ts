import { applyColormap, colormap } from '../../image/colormap.ts';
import { writeNpy } from '../../image/formats/npy.ts';
import { encodeDepthPng, encodeMaskPng, encodePng8 } from '../../image/formats/png.ts';
import { resizePlane } from '../../image/resize.ts';
import { rangeOf } from '../../tasks/depth/range.ts';
import { maskAtSize } from '../../tasks/refer/mask-files.ts';
import { type Annotated, annotate } from '../../tasks/refer/masks/coco.ts';
import { isEdited } from '../../tasks/refer/masks/masks.ts';
import { shapeOf } from '../../tasks/refer/masks/shape.ts';
import { labelsPng } from '../../tasks/segment/label-files.ts';
import { jsonBytes, type ZipFile } from '../zip.ts';
import type { BatchJob, BatchOutcome, BatchPhoto } from './protocol.ts';

type DepthJob = Extract<BatchJob, { task: 'depth' }>;
type OutcomeOf<T extends BatchOutcome['task']> = Extract<BatchOutcome, { task: T }>;

/** Writes depth at the photo's size in millimetres, in metres and in colours. */
export async function addDepth(
  zip: ZipFile,
  { name, millimetres }: { readonly name: string; readonly millimetres: string },
  photo: BatchPhoto,
  { result }: OutcomeOf<'depth'>,
  colours: DepthJob['colours'],
): Promise<void> {
  const { width, height } = photo;
  const metres = resizePlane(result.metres, result.width, result.height, width, height);
  await zip.add(`${millimetres}.png`, encodeDepthPng(metres, width, height), true);
  await zip.add(`${name}.npy`, writeNpy(metres, [height, width]));
  const rgb = applyColormap(metres, rangeOf(result, colours), colormap(colours.colormap), colours.invert);
  await zip.add(`${name}.png`, encodePng8(rgb, width, height, 'rgb'), true);
}

/** Writes a mask at the photo's size, as the user left it; returns its annotation. */
export async function addMask(
  zip: ZipFile,
  file: string,
  photo: BatchPhoto,
  { result, mask: item }: OutcomeOf<'refer'>,
): Promise<Annotated> {
  const { width, height } = photo;
  const { plane } = shapeOf(result, item);
  const mask = maskAtSize({ ...plane, plane: plane.data, threshold: item.threshold }, photo);
  await zip.add(`${file}.png`, encodeMaskPng(mask, width, height), true);
  const { name, prompt, threshold } = item;
  return annotate({ name, prompt, threshold, edited: isEdited(item), mask }, width, height, 'rle');
}

/** Writes the class indices at the photo's size, and for a model that numbers its classes differently also what the indices mean. */
export async function addClasses(
  zip: ZipFile,
  file: string,
  photo: BatchPhoto,
  { result, model }: OutcomeOf<'segment'>,
): Promise<void> {
  await zip.add(`${file}.png`, labelsPng(result, photo), true);
  if (model === undefined) return;
  const classes = result.present.map(({ index, name }) => ({ index, name }));
  await zip.add(`${file}.json`, jsonBytes({ pixel: 'index of the class', model, classes }));
}
