import type { Size } from './geometry.ts';
import { FIT, type View } from './view.ts';

/** How the stage shows the photo and its layers; it does not affect any result. */
export interface StageState {
  /** Size of the stage in CSS pixels; zero before its first layout. */
  readonly size: Size;
  readonly view: View;
  /** Position of the compare handle as a fraction of the visible photo: left of it the photo alone, right of it the layers. */
  readonly compare: number;
  /** Visibility of the photo and of all layers; never both false. Opacities are stored separately. */
  readonly photo: boolean;
  readonly layers: boolean;
  /** Opacity of the photo over a dark background. */
  readonly photoOpacity: number;
  /** Whether a part of the photo is drawn with more pixels than its bitmap has. */
  readonly closeUp: boolean;
}

export const STAGE_STATE: StageState = {
  size: { width: 0, height: 0 },
  view: FIT,
  compare: 0,
  photo: true,
  layers: true,
  photoOpacity: 1,
  closeUp: false,
};
