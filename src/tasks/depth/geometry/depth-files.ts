import { VpdError } from '../../../errors.ts';
import { focalLength } from '../../../image/camera.ts';
import { applyColormap, colormap } from '../../../image/colormap.ts';
import { context2d } from '../../../image/formats/context2d.ts';
import { writeExr } from '../../../image/formats/exr.ts';
import { writePly } from '../../../image/formats/ply.ts';
import { encodeDepthPng, encodePng8 } from '../../../image/formats/png.ts';
import { normalColours, normalsOf } from '../../../image/normals.ts';
import { reliefColours, reliefOf } from '../../../image/relief.ts';
import { MAX_RESULT_SIDE } from '../../options.ts';
import { drawContours } from '../contours.ts';
import type { ColouredRelief, DepthMap, FileRequest, SurfaceRequest } from './protocol.ts';

/** A point cloud may have every pixel of a result, because viewers draw points fast. */
const MAX_POINTS = MAX_RESULT_SIDE ** 2;
/** Common viewers stall on meshes of more than a million triangles. */
const MAX_MESH_VERTICES = 500_000;

/** Writes the bytes of a download, in the geometry worker. */
export async function writeDepthFile(file: FileRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { metres, width, height } = file.depth;
  switch (file.format) {
    case 'colours': {
      const { low, high } = file;
      const rgb = applyColormap(
        metres,
        [Math.min(low, high), Math.max(low, high)],
        colormap(file.colormap),
        low > high,
      );
      if (file.contour > 0) drawContours(rgb, file.depth, file.contour);
      return new Uint8Array(encodePng8(rgb, width, height, 'rgb'));
    }
    case 'normals':
      return new Uint8Array(
        encodePng8(normalRgb(file.depth, file.fov), width, height, 'rgb', {
          Description: `Surface normals, x right, y up, z to the viewer; ${file.camera}`,
        }),
      );
    case 'millimetres':
      return new Uint8Array(encodeDepthPng(metres, width, height));
    case 'exr':
      return writeExr(metres, width, height, 'Depth along the optical axis in metres.');
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

function normalRgb({ metres, width, height }: DepthMap, fov: number): Uint8Array {
  return normalColours(normalsOf(metres, width, height, focalLength(width, fov)));
}

/** Draws surface normals as colours, at the depth map's size. */
export function normalsBitmap(depth: DepthMap, fov: number): Promise<ImageBitmap> {
  const rgb = normalRgb(depth, fov);
  const pixels = new ImageData(depth.width, depth.height);
  for (let i = 0; i < depth.width * depth.height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = rgb[3 * i + c] ?? 0;
    pixels.data[4 * i + 3] = 255;
  }
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
