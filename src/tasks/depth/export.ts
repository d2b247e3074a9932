import type { DepthResult } from '../../engine/results.ts';
import { saveFile } from '../../ui/download.ts';
import { importCode } from '../../ui/import-code.ts';
import type { PhotoSize } from '../photo-size.ts';
import type { DepthMap, FileRequest } from './geometry/protocol.ts';
import { describeLens, type Lens } from './lens.ts';
import { rangeOf } from './range.ts';
import type { DepthView } from './view.ts';

async function save(name: string, type: string, file: FileRequest): Promise<void> {
  const { writeDepthFile } = await importCode(() => import('./geometry/geometry-client.ts'));
  saveFile(name, await writeDepthFile(file), type);
}

/** Only these fields are sent to the worker. */
const mapOf = ({ metres, width, height }: DepthResult): DepthMap => ({ metres, width, height });

/** Saves `<stem>-depth.npy`: metres, float32 [height, width]. */
export function saveDepthNpy(stem: string, result: DepthResult, size: PhotoSize): Promise<void> {
  return save(`${stem}-depth.npy`, 'application/octet-stream', { format: 'npy', depth: mapOf(result), size });
}

/** Saves `<stem>-depth-mm.png`: 16-bit grey, one unit per millimetre; the name states the unit because a PNG cannot. */
export function saveDepthPng(stem: string, result: DepthResult, size: PhotoSize): Promise<void> {
  return save(`${stem}-depth-mm.png`, 'image/png', { format: 'millimetres', depth: mapOf(result), size });
}

/** Saves `<stem>-depth.png` or `<stem>-normals.png`: depth or normals in the stage's colours and range, without the photo. */
export function savePicture(
  stem: string,
  result: DepthResult,
  size: PhotoSize,
  view: DepthView,
  lens: Lens,
): Promise<void> {
  const depth = mapOf(result);
  if (view.show === 'normals')
    return save(`${stem}-normals.png`, 'image/png', {
      format: 'normals',
      depth,
      size,
      fov: lens.fov,
      camera: describeLens(lens),
    });
  const [near, far] = rangeOf(result, view);
  const [low, high] = view.invert ? [far, near] : [near, far];
  const { colormap, contour } = view;
  return save(`${stem}-depth.png`, 'image/png', { format: 'colours', depth, size, colormap, low, high, contour });
}

/** Saves `<stem>-depth.exr`: metres, one float channel. */
export function saveExr(stem: string, result: DepthResult, size: PhotoSize): Promise<void> {
  return save(`${stem}-depth.exr`, 'image/x-exr', { format: 'exr', depth: mapOf(result), size });
}

const SURFACES = { ply: 'application/octet-stream', glb: 'model/gltf-binary' } as const;

/** Saves `<stem>.ply` (coloured points) or `<stem>.glb` (mesh with the photo as texture), in metres, with edges cut as in the 3D view. */
export function saveSurface(
  format: keyof typeof SURFACES,
  stem: string,
  result: DepthResult,
  photo: ImageBitmap,
  { edgeAngle }: DepthView,
  lens: Lens,
): Promise<void> {
  return save(`${stem}.${format}`, SURFACES[format], {
    format,
    depth: mapOf(result),
    photo,
    fov: lens.fov,
    edgeAngle,
    camera: describeLens(lens),
  });
}
