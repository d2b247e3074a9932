import type { DepthResult } from '../../engine/protocol.ts';
import { latestOnly } from './latest.ts';

interface Drawn {
  readonly fov: number;
  readonly image: ImageBitmap;
}

const drawn = new WeakMap<DepthResult, Drawn>();

/** The normals drawn last, perhaps for another field of view: a slider under way shows the old ones until the new are there. */
export const knownNormals = (result: DepthResult): ImageBitmap | undefined => drawn.get(result)?.image;

const draw = latestOnly(async ({ result, fov }: { readonly result: DepthResult; readonly fov: number }) => {
  const before = drawn.get(result);
  if (before?.fov === fov) return false;
  const { drawNormals } = await import('./geometry-client.ts');
  const { metres, width, height } = result;
  const image = await drawNormals({ metres, width, height }, fov);
  drawn.set(result, { fov, image });
  // From here on every picture of the stage takes the new ones.
  before?.image.close();
  return true;
});

/**
 * Computes the normals for a field of view where they are not known yet; of the angles that a slider passes meanwhile, only the last.
 * @returns whether there is something new to see
 */
export async function ensureNormals(result: DepthResult, fov: number): Promise<boolean> {
  return (await draw({ result, fov })) ?? false;
}
