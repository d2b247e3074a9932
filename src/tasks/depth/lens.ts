import { focalLength, trainingFov } from '../../image/camera.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { DepthView } from './view.ts';

/** Field of view for measurements and surfaces of a depth map; angles are horizontal, in degrees. */
export interface Lens {
  /** The field of view to use. */
  readonly fov: number;
  /** The default: that of the photo's file, else the one that the network assumes. */
  readonly automatic: number;
  /** Whether the automatic one is from the photo's file. */
  readonly fromFile: boolean;
  /** Whether the user chose `fov`. */
  readonly chosen: boolean;
  /** The one for which the network's metres are most accurate. */
  readonly learned: number;
}

/** Input size of the embedded pack. While no pack is open, the shown results are most likely from this pack. */
export const EMBEDDED_WORKING = { longSide: 320, shortSide: 256, multiple: 64 } as const;

/**
 * Determines the field of view of a photo.
 * @param photo its size, and its own field of view if its file states one (degrees)
 */
export function lensOf(
  { fov }: Pick<DepthView, 'fov'>,
  photo: { readonly width: number; readonly height: number; readonly fov?: number | undefined },
  working: VpdConfig['working'] = EMBEDDED_WORKING,
): Lens {
  const learned = trainingFov(photo, working);
  const automatic = photo.fov ?? learned;
  return { fov: fov ?? automatic, automatic, fromFile: photo.fov !== undefined, chosen: fov !== undefined, learned };
}

/** Formats an angle with at most one decimal: the slider's steps are whole, and photos are no more precise. */
export const degrees = (fov: number): string => `${Number(fov.toFixed(1))}°`;

/** Describes the field of view and where it is from, for the metadata of files. */
export function describeLens({ fov, fromFile, chosen }: Lens): string {
  const automatic = fromFile ? 'as the photo’s file says' : 'as of the camera that the network learned its metres from';
  return `horizontal field of view: ${Number(fov.toFixed(2))} degrees, ${chosen ? 'chosen by hand' : automatic}`;
}

/** Range of focal lengths, relative to the expected one, whose effect on the network's metres is smaller than its other errors. */
const USUAL = [0.75, 1.1] as const;

/** Sentence on how an unexpected lens changes the network's metres (measured in models/README.md); undefined for a usual lens. */
export function lensWarning({ fov, learned }: Lens): string | undefined {
  const ratio = focalLength(1, fov) / focalLength(1, learned);
  if (ratio >= USUAL[0] && ratio <= USUAL[1]) return undefined;
  const [lens, error] = ratio > 1 ? ['longer', 'small'] : ['wider', 'large'];
  return ` The network assumes ${degrees(learned)} for a photo of this shape; with this ${lens} lens, its depths are too ${error}.`;
}
