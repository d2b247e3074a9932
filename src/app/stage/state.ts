import type { Size } from './geometry.ts';
import { FIT, type View } from './view.ts';

/** How the stage shows the photo and its layers; nothing here touches a result. */
export interface StageState {
  /** Of the stage, in CSS pixels; zero until it has been laid out. */
  readonly size: Size;
  readonly view: View;
  /** Where the compare handle stands, as a share of what is in sight of the photo: left of it the photo alone, right of it the layers. */
  readonly compare: number;
  /** Visibility, apart from the layers' opacity, which is kept. Never both false. */
  readonly photo: boolean;
  readonly layers: boolean;
  /** Of the photo, over a dark ground. */
  readonly photoOpacity: number;
}

export const STAGE_STATE: StageState = {
  size: { width: 0, height: 0 },
  view: FIT,
  compare: 0,
  photo: true,
  layers: true,
  photoOpacity: 1,
};
