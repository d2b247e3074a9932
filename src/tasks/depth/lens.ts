import { trainingFov } from '../../image/camera.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { DepthView } from './view.ts';

/** The field of view that a depth map is measured and built with. */
export interface Lens {
  /** Across the photo, in degrees. */
  readonly fov: number;
  /** What it is where the user chooses none. */
  readonly automatic: number;
  readonly chosen: boolean;
}

/** How the embedded pack fits photos. While no pack is open, what is on show is its own, or kept, and then most likely its own too. */
export const EMBEDDED_WORKING = { longSide: 320, shortSide: 256, multiple: 64 } as const;

export function lensOf(
  { fov }: Pick<DepthView, 'fov'>,
  result: { readonly width: number; readonly height: number },
  working: VpdConfig['working'] = EMBEDDED_WORKING,
): Lens {
  const automatic = trainingFov(result, working);
  return { fov: fov ?? automatic, automatic, chosen: fov !== undefined };
}

/** One digit at most: the slider's steps are whole, and no photo tells more. */
export const degrees = (fov: number): string => `${Number(fov.toFixed(1))}°`;

/** For files: how wide, and by whose word. */
export const lensWords = ({ fov, chosen }: Lens): string =>
  `horizontal field of view: ${Number(fov.toFixed(2))} degrees, ${chosen ? 'chosen by hand' : 'as of the camera that the network learned its metres from'}`;
