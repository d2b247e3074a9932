import type { DepthResult } from '../../engine/protocol.ts';
import { importCode } from '../../ui/import-code.ts';
import { latestOnly } from './latest.ts';

interface Drawn {
  readonly fov: number;
  readonly image: ImageBitmap;
}

interface Work {
  drawn: Drawn | undefined;
  /** Tells whether there is something new to see. */
  readonly draw: (fov: number) => Promise<boolean | undefined>;
}

const works = new WeakMap<DepthResult, Work>();

/** The work on one depth map: several may be on the stage at once, and none makes another's wait or go. */
function workOn(result: DepthResult): Work {
  const known = works.get(result);
  if (known) return known;
  const work: Work = {
    drawn: undefined,
    draw: latestOnly(async (fov) => {
      const before = work.drawn;
      if (before?.fov === fov) return false;
      const { drawNormals } = await importCode(() => import('./geometry-client.ts'));
      const { metres, width, height } = result;
      const image = await drawNormals({ metres, width, height }, fov);
      work.drawn = { fov, image };
      // From here on every picture of the stage takes the new ones.
      before?.image.close();
      return true;
    }),
  };
  works.set(result, work);
  return work;
}

/** The normals drawn last, perhaps for another field of view: a slider under way shows the old ones until the new are there. */
export const knownNormals = (result: DepthResult): ImageBitmap | undefined => works.get(result)?.drawn?.image;

/**
 * Computes the normals for a field of view where they are not known yet; of the angles that a slider passes meanwhile, only the last.
 * @returns whether there is something new to see
 */
export async function ensureNormals(result: DepthResult, fov: number): Promise<boolean> {
  return (await workOn(result).draw(fov)) ?? false;
}
