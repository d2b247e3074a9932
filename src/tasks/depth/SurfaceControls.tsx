import { FOV_RANGE } from '../../image/camera.ts';
import { Slider } from '../../ui/Slider.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { degrees, type Lens } from './lens.ts';
import type { DepthView } from './view.ts';

/** Limits of the angle in degrees: below 60, whole floors are cut; 90 keeps everything. */
const EDGE_RANGE = [60, 90] as const;

interface LensProps {
  readonly lens: Lens;
  onView(change: Partial<DepthView>): void;
}

interface Props extends LensProps {
  readonly view: DepthView;
}

/** Controls for the surface of a depth map: the camera's field of view, and the angle beyond which edges are cut. */
export function SurfaceControls({ view, lens, onView }: Props) {
  return (
    <>
      <FieldOfView lens={lens} onView={onView} />
      <Slider
        label="Cut edges"
        value={view.edgeAngle}
        min={EDGE_RANGE[0]}
        max={EDGE_RANGE[1]}
        step={1}
        text={view.edgeAngle >= EDGE_RANGE[1] ? 'keep all' : `beyond ${view.edgeAngle}°`}
        onChange={(edgeAngle) => onView({ edgeAngle })}
      />
    </>
  );
}

/** Slider for the field of view, which is automatic until the slider is moved or while the toggle is on. */
export function FieldOfView({ lens: { fov, fromFile, chosen }, onView }: LensProps) {
  const automatic = fromFile ? 'from the photo' : 'automatic';
  const whole = Math.min(FOV_RANGE[1], Math.max(FOV_RANGE[0], Math.round(fov)));
  return (
    <>
      <Slider
        label="Field of view, across"
        value={whole}
        min={FOV_RANGE[0]}
        max={FOV_RANGE[1]}
        step={1}
        text={chosen ? degrees(fov) : `${degrees(fov)}, ${automatic}`}
        onChange={(wanted) => onView({ fov: wanted })}
      />
      <Toggle
        label="Automatic field of view"
        checked={!chosen}
        onChange={(automatic) => onView({ fov: automatic ? undefined : whole })}
      />
    </>
  );
}
