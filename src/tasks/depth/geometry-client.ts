import { askLasting } from '../../asking/ask.ts';
import { VpdError } from '../../errors.ts';
import type { Answer, Ask, ColouredRelief, DepthMap, FileAsk, SurfaceAsk } from './geometry.ts';

const ask = askLasting<Ask, Answer>(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'geometry' }),
  'The work on the depth map',
);

const mixedUp = () => new VpdError('internal', 'The geometry worker answered another question than it was asked.');

export async function writeDepthFile(file: FileAsk): Promise<Uint8Array<ArrayBuffer>> {
  const found = await ask({ kind: 'file', file });
  if (found.kind !== 'file') throw mixedUp();
  return found.bytes;
}

/** Normals as a picture of the depth map's size. */
export async function drawNormals(depth: DepthMap, fov: number): Promise<ImageBitmap> {
  const found = await ask({ kind: 'normals', depth, fov });
  if (found.kind !== 'normals') throw mixedUp();
  return found.bitmap;
}

export async function buildRelief(surface: SurfaceAsk, maxVertices: number): Promise<ColouredRelief> {
  const found = await ask({ kind: 'relief', surface, maxVertices });
  if (found.kind !== 'relief') throw mixedUp();
  return found.relief;
}
