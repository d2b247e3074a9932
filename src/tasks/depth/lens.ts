import { focalLength, trainingFov } from '../../image/camera.ts';
import type { VpdConfig } from '../../vpd/config.ts';
import type { DepthView } from './view.ts';

/** The field of view that a depth map is measured and built with. */
export interface Lens {
  /** Across the photo, in degrees. */
  readonly fov: number;
  /** What it is where the user chooses none: the photo's own, else that which the network takes it to have. */
  readonly automatic: number;
  /** Whether the photo's file tells the automatic one. */
  readonly told: boolean;
  readonly chosen: boolean;
  /** That for which the network's metres hold best, degrees. */
  readonly learned: number;
}

/** How the embedded pack fits photos. While no pack is open, what is on show is its own, or kept, and then most likely its own too. */
export const EMBEDDED_WORKING = { longSide: 320, shortSide: 256, multiple: 64 } as const;

export function lensOf(
  { fov }: Pick<DepthView, 'fov'>,
  photo: { readonly width: number; readonly height: number; readonly fov?: number | undefined },
  working: VpdConfig['working'] = EMBEDDED_WORKING,
): Lens {
  const learned = trainingFov(photo, working);
  const automatic = photo.fov ?? learned;
  return { fov: fov ?? automatic, automatic, told: photo.fov !== undefined, chosen: fov !== undefined, learned };
}

/** One digit at most: the slider's steps are whole, and no photo tells more. */
export const degrees = (fov: number): string => `${Number(fov.toFixed(1))}°`;

/** For files: how wide, and by whose word. */
export function lensWords({ fov, told, chosen }: Lens): string {
  const automatic = told ? 'as the photo’s file says' : 'as of the camera that the network learned its metres from';
  return `horizontal field of view: ${Number(fov.toFixed(2))} degrees, ${chosen ? 'chosen by hand' : automatic}`;
}

/** Focal lengths, as ratios to the one that the network expects, whose effect on its metres is lost among its other errors. */
const USUAL = [0.75, 1.1] as const;

/** What a lens that the network does not expect does to its metres, as a sentence that follows others; measured in models/README.md. */
export function lensWarning({ fov, learned }: Lens): string | undefined {
  const ratio = focalLength(1, fov) / focalLength(1, learned);
  if (ratio >= USUAL[0] && ratio <= USUAL[1]) return undefined;
  const [lens, way] = ratio > 1 ? ['longer', 'nearer'] : ['wider', 'farther'];
  return ` The network takes a photo of this shape to have ${degrees(learned)}; through this ${lens} lens, things seem ${way} to it than they are.`;
}
