import { VpdError } from '../../../errors.ts';
import { focalLength } from '../../../image/camera.ts';
import { context2d } from '../../../image/formats/context2d.ts';
import { writeExr } from '../../../image/formats/exr.ts';
import { imageDataOf } from '../../../image/formats/image-data.ts';
import { writePly } from '../../../image/formats/ply.ts';
import { encodePng8 } from '../../../image/formats/png.ts';
import { normalColours, normalsOf } from '../../../image/normals.ts';
import { reliefColours, reliefOf } from '../../../image/relief.ts';
import { resizePlane } from '../../../image/resize.ts';
import { MAX_RESULT_SIDE } from '../../options.ts';
import { type PhotoSize, sameSize } from '../../photo-size.ts';
import { atSize, coloursPng, metresNpy, millimetresPng } from './depth-pictures.ts';
import type { ColouredRelief, DepthMap, FileRequest, SurfaceRequest } from './protocol.ts';

/** A point cloud may have every pixel of a result, because viewers draw points fast. */
const MAX_POINTS = MAX_RESULT_SIDE ** 2;
/** Common viewers stall on meshes of more than a million triangles. */
const MAX_MESH_VERTICES = 500_000;

/** Writes the bytes of a download, in the geometry worker. */
export async function writeDepthFile(file: FileRequest): Promise<Uint8Array<ArrayBuffer>> {
  switch (file.format) {
    case 'colours':
      return coloursPng(file);
    case 'normals': {
      const { width, height } = file.size;
      return new Uint8Array(
        encodePng8(normalColours(normalsAtSize(file.depth, file.fov, file.size)), width, height, 'rgb', {
          Description: `Surface normals, x right, y up, z to the viewer; ${file.camera}`,
        }),
      );
    }
    case 'millimetres':
      return millimetresPng(file);
    case 'npy':
      return metresNpy(file);
    case 'exr': {
      const { metres, width, height } = atSize(file.depth, file.size);
      return writeExr(metres, width, height, 'Depth along the optical axis in metres.');
    }
    case 'ply': {
      const { positions, colours } = colouredRelief(file, MAX_POINTS);
      return writePly(positions, colours, [
        'unit: metre; x right, y up, the camera at the origin looking along -z',
        file.camera,
      ]);
    }
    case 'glb': {
      // Imported on demand, because the exporter is larger than the rest of the worker.
      const { writeGlb } = await import('./glb.ts');
      return writeGlb(colouredRelief(file, MAX_MESH_VERTICES), file.photo, file.camera);
    }
  }
}

/**
 * Surface normals at another size, unit length. They are computed before they are resized: enlarged depth has the same slope between
 * two of its pixels, so its normals would be blocks.
 */
function normalsAtSize({ metres, width, height }: DepthMap, fov: number, size: PhotoSize): Float32Array {
  const normals = normalsOf(metres, width, height, focalLength(width, fov));
  if (sameSize({ width, height }, size)) return normals;
  const out = new Float32Array(3 * size.width * size.height);
  for (const axis of [0, 1, 2]) {
    const plane = Float32Array.from(metres, (_, i) => normals[3 * i + axis] ?? 0);
    const resized = resizePlane(plane, width, height, size.width, size.height);
    for (let i = 0; i < resized.length; i++) out[3 * i + axis] = resized[i] ?? 0;
  }
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.hypot(out[i] ?? 0, out[i + 1] ?? 0, out[i + 2] ?? 0) || 1;
    for (const axis of [0, 1, 2]) out[i + axis] = (out[i + axis] ?? 0) / length;
  }
  return out;
}

/** Draws surface normals as colours, at the depth map's size. */
export function normalsBitmap(depth: DepthMap, fov: number): Promise<ImageBitmap> {
  const rgb = normalColours(normalsAtSize(depth, fov, depth));
  const pixels = imageDataOf(depth.width, depth.height, (pixel, channel) => rgb[3 * pixel + channel] ?? 0);
  return createImageBitmap(pixels);
}

/**
 * Builds the surface of a depth map, coloured by the photo.
 * @throws VpdError bad-request: no surface is left at this angle; no-memory
 */
export function colouredRelief({ depth, photo, fov, edgeAngle }: SurfaceRequest, maxVertices: number): ColouredRelief {
  const found = reliefOf(depth.metres, depth.width, depth.height, { fov, edgeAngle, maxVertices });
  if (found.positions.length === 0)
    throw new VpdError(
      'bad-request',
      `No surface is seen at less than ${edgeAngle}°, so nothing is left; raise the angle of “Cut edges”.`,
    );
  return {
    ...found,
    colours: reliefColours(found.uvs, rgbOf(photo, depth.width, depth.height), depth.width, depth.height),
  };
}

/** RGB bytes of the photo at the depth map's size. */
function rgbOf(photo: ImageBitmap, width: number, height: number): Uint8Array {
  const context = context2d(width, height, { willReadFrequently: true });
  context.drawImage(photo, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[4 * i + c] ?? 0;
  return rgb;
}
