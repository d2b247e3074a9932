import { formatMetres } from '../../format.ts';
import { Toggle } from '../../ui/Toggle.tsx';
import { useTouch } from '../../ui/touch.ts';
import { degrees, type Lens, lensWarning } from './lens.ts';
import type { Measurement } from './measure.ts';
import { FieldOfView } from './SurfaceControls.tsx';
import type { DepthView } from './view.ts';

interface Props {
  readonly view: DepthView;
  /** Undefined without a result. */
  readonly lens: Lens | undefined;
  onView(change: Partial<DepthView>): void;
  readonly measurement: Measurement | undefined;
}

function sentence(measurement: Measurement | undefined, touch: boolean): string {
  const [a, b] = measurement?.depths ?? [];
  if (a === undefined)
    return touch
      ? 'Tap two points of the photo.'
      : 'Click two points of the photo, or move the crosshair with the arrow keys and press Enter.';
  if (b === undefined || measurement?.distance === undefined)
    return `A is ${formatMetres(a)} away. Now choose the second point.`;
  return `A is ${formatMetres(a)} away, B ${formatMetres(b)}; they lie ${formatMetres(measurement.distance)} apart.`;
}

function lensSentence({ fov, automatic, fromFile, chosen }: Lens): string {
  const origin = fromFile
    ? 'from the camera data in the photo’s file'
    : 'that of the camera of the network’s training photos, for a photo of this shape';
  return chosen
    ? `${degrees(fov)} was chosen by hand; automatic is ${degrees(automatic)}, ${origin}.`
    : `${degrees(fov)} is ${origin}.`;
}

/** Two points, their depths and the distance between them in space. */
export function MeasureControls({ view, lens, onView, measurement }: Props) {
  const touch = useTouch();
  return (
    <div className="group">
      <div className="row">
        <Toggle label="Measure" checked={view.measuring} onChange={(measuring) => onView({ measuring })} />
        {view.measured && (
          <button type="button" className="button small" onClick={() => onView({ measured: undefined })}>
            Clear points
          </button>
        )}
      </div>
      {(view.measuring || measurement) && (
        <>
          <p
            className="finding"
            role="status"
            data-testid="measurement"
            data-a={measurement?.depths[0]}
            data-b={measurement?.depths[1]}
            data-distance={measurement?.distance}
          >
            {sentence(measurement, touch)}
          </p>
          {lens && <FieldOfView lens={lens} onView={onView} />}
          <p className="note">
            Distances across the picture need the camera’s field of view.{lens && ` ${lensSentence(lens)}`}
            {!lens?.fromFile &&
              ' A phone’s main camera has about 65 to 72° in landscape, 50 to 57° in portrait orientation.'}
            {lens && lensWarning(lens)}
          </p>
        </>
      )}
    </div>
  );
}
