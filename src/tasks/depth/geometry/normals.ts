import type { DepthResult } from '../../../engine/results.ts';
import { importCode } from '../../../ui/import-code.ts';
import { latestOnly } from './latest-only.ts';

interface Drawn {
  readonly fov: number;
  readonly image: ImageBitmap;
}

interface Work {
  drawn: Drawn | undefined;
  /** Resolves to true if new normals were drawn. */
  readonly draw: (fov: number) => Promise<boolean | undefined>;
}

const works = new WeakMap<DepthResult, Work>();

/** The work on one depth map. Several may be on the stage at once, and each has a queue of its own. */
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
      // From now on the stage draws the new image.
      before?.image.close();
      return true;
    }),
  };
  works.set(result, work);
  return work;
}

/** The normals drawn last, possibly for another field of view: while a slider moves, they are shown until the new ones are drawn. */
export const knownNormals = (result: DepthResult): ImageBitmap | undefined => works.get(result)?.drawn?.image;

/**
 * Draws the normals for a field of view, unless they are drawn already; of the angles requested meanwhile, only the last.
 * @returns true if new normals were drawn
 */
export async function ensureNormals(result: DepthResult, fov: number): Promise<boolean> {
  return (await workOn(result).draw(fov)) ?? false;
}
