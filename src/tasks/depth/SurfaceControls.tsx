import { FOV_RANGE } from '../../image/camera.ts';
import { Slider } from '../../ui/Slider.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { degrees, type Lens } from './lens.ts';
import type { DepthView } from './view.ts';

/** Below, whole floors go; 90 keeps everything. */
const EDGE_RANGE = [60, 90] as const;

interface LensProps {
  readonly lens: Lens;
  onView(change: Partial<DepthView>): void;
}

interface Props extends LensProps {
  readonly view: DepthView;
}

/** What a depth map needs to become a surface: the camera's field of view, and where surfaces end. */
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

/** Follows from the photo until the slider is moved, and again when it is asked to. */
export function FieldOfView({ lens: { fov, told, chosen }, onView }: LensProps) {
  const automatic = told ? 'from the photo' : 'automatic';
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
