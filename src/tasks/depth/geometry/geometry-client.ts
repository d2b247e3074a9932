import { askWithRestart } from '../../../worker-calls/ask.ts';
import type {
  ColouredRelief,
  DepthMap,
  FileRequest,
  GeometryAnswer,
  GeometryRequest,
  SurfaceRequest,
} from './protocol.ts';

const ask = askWithRestart<GeometryRequest, GeometryAnswer>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'geometry' }),
  'The work on the depth map',
);

/** Writes the bytes of a download. */
export async function writeDepthFile(file: FileRequest): Promise<Uint8Array<ArrayBuffer>> {
  return (await ask({ kind: 'file', file })).bytes;
}

/** Draws surface normals as colours, at the depth map's size. */
export async function drawNormals(depth: DepthMap, fov: number): Promise<ImageBitmap> {
  return (await ask({ kind: 'normals', depth, fov })).bitmap;
}

/** Builds the surface of a depth map, coloured by the photo. */
export async function buildRelief(surface: SurfaceRequest, maxVertices: number): Promise<ColouredRelief> {
  return (await ask({ kind: 'relief', surface, maxVertices })).relief;
}
