import { readFile } from 'node:fs/promises';
import type { Plane } from '../../engine/pipeline.ts';
import { VpdError } from '../../errors.ts';
import { readNpyF32 } from '../../image/formats/npy.ts';

/**
 * Reads a float32 .npy file as a tensor of `rank` dimensions; leading sides of 1 are removed or added.
 * @throws VpdError missing, bad-file, unsupported
 */
export async function readPlane(path: string, rank: number): Promise<Plane> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new VpdError('missing', `${path} cannot be read; give the path of a .npy file.`, { cause });
  });
  // Copied, because a Buffer may share its memory, and its slice() does not copy.
  const { shape, data } = readNpyF32(new Uint8Array(bytes), path);
  const dims = [...shape];
  while (dims.length > rank && dims[0] === 1) dims.shift();
  while (dims.length < rank) dims.unshift(1);
  if (dims.length !== rank)
    throw new VpdError('bad-file', `${path} has ${shape.length} dimensions where at most ${rank} were expected.`);
  if (!data.every(Number.isFinite))
    throw new VpdError('bad-file', `${path} holds NaN or infinite values; give a tensor whose values are all finite.`);
  return { dims, data };
}
