import type { PhotoSize } from '../../photo-size.ts';
import type { Look } from './scene3d.ts';

/** What a relief consists of. */
export interface Counts {
  readonly points: number;
  readonly triangles: number;
}

/** Returns a number of things in words: `1 point`, `74,632 points`. */
export const counted = (count: number, thing: string): string =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

/**
 * Returns a sentence if the view is empty; undefined if it is not.
 * @param size of the depth map
 */
export function nothingShown(look: Look, { points, triangles }: Counts, size: PhotoSize): string | undefined {
  if (triangles > 0 || (look === 'points' && points > 0)) return undefined;
  if (size.width < 2 || size.height < 2) return 'Nothing to show: a surface needs a photo of at least 2 × 2 pixels.';
  const instead = points > 0 ? ', or show it as points' : '';
  return `Nothing to show: all of the surface is cut at its edges. Cut fewer edges${instead}.`;
}
