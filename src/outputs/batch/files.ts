import { encodeMaskPng } from '../../image/formats/png.ts';
import { coloursPng, metresNpy, millimetresPng } from '../../tasks/depth/geometry/depth-pictures.ts';
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
  const file = { depth: result, size: photo };
  const { colormap, invert, contour } = colours;
  const [near, far] = rangeOf(result, colours);
  const [low, high] = invert ? [far, near] : [near, far];
  await zip.add(`${millimetres}.png`, millimetresPng(file), true);
  await zip.add(`${name}.npy`, metresNpy(file));
  await zip.add(`${name}.png`, coloursPng({ ...file, colormap, low, high, contour }), true);
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
