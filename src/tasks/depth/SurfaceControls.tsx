import { FOV_RANGE } from '../../image/camera.ts';
import { Slider } from '../../ui/Slider.tsx';
import type { DepthView } from './view.ts';

/** Below, whole floors go; 90 keeps everything. */
const EDGE_RANGE = [60, 90] as const;

interface Props {
  readonly view: DepthView;
  onView(change: Partial<DepthView>): void;
}

/** What a depth map needs to become a surface: the camera's field of view, and where surfaces end. */
export function SurfaceControls({ view, onView }: Props) {
  return (
    <>
      <FieldOfView view={view} onView={onView} />
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

export function FieldOfView({ view, onView }: Props) {
  return (
    <Slider
      label="Field of view, across"
      value={view.fov}
      min={FOV_RANGE[0]}
      max={FOV_RANGE[1]}
      step={1}
      text={`${view.fov}°`}
      onChange={(fov) => onView({ fov })}
    />
  );
}
