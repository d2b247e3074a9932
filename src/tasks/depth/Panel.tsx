import { type ReactNode, useRef, useState } from 'react';
import type { DepthResult } from '../../engine/results.ts';
import { COLORMAPS } from '../../image/colormap.ts';
import { Choice } from '../../ui/Choice.tsx';
import { Lazy } from '../../ui/Lazy.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import type { PhotoSize } from '../photo-size.ts';
import { Downloads } from './Downloads.tsx';
import { Legend } from './Legend.tsx';
import { degrees, type Lens } from './lens.ts';
import { MeasureControls } from './MeasureControls.tsx';
import type { Measurement } from './measure.ts';
import { RangeControls } from './RangeControls.tsx';
import type { DepthView } from './view.ts';
import './depth.css';

interface Props {
  readonly view: DepthView;
  onView(change: Partial<DepthView>): void;
  readonly scenes: readonly string[];
  readonly result: DepthResult | undefined;
  /** Field of view of `result`. */
  readonly lens: Lens | undefined;
  /** Pixels of the photo that `result` belongs to. */
  readonly photo: ImageBitmap | undefined;
  readonly measurement: Measurement | undefined;
  /** Pixels of the photo. */
  readonly size: PhotoSize | undefined;
  /** Start of the downloads' file names. */
  readonly stem: string;
  /** Note on whose results the downloads hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

const colormaps = COLORMAPS.map((name) => ({ value: name, label: name[0]?.toUpperCase() + name.slice(1) }));
const sceneLabel = (scene: string) => scene.replaceAll('_', ' ');
const SHOWS = [
  { value: 'depth', label: 'Depth' },
  { value: 'normals', label: 'Surface normals' },
] as const;
/** Metres between contour lines: when they are switched on, and the least that half-float textures draw cleanly. */
const CONTOUR = 0.5;
const MIN_CONTOUR = 0.05;

export function DepthPanel(props: Props) {
  const { view, onView, scenes, result, lens, photo, measurement, size, stem, filesNote, onError } = props;
  const [first] = scenes;
  /** The photo for which the 3D view was opened: the view closes when another photo is shown, and stays closed. */
  const [opened, setOpened] = useState<ImageBitmap>();
  const opener = useRef<HTMLButtonElement>(null);

  const inSpace = opened === photo && result && lens && photo ? { result, lens, photo } : undefined;
  if (opened && !inSpace) setOpened(undefined);

  function close(): void {
    setOpened(undefined);
    opener.current?.focus();
  }

  return (
    <>
      {view.show === 'depth' ? (
        <Legend view={view} result={result} />
      ) : (
        <p className="note">
          Which way surfaces face: red to the right, green upwards, blue towards the camera, as in OpenGL normal maps.
          {lens &&
            ` For a field of view of ${degrees(lens.fov)} across, ${lens.chosen ? 'chosen by hand' : lens.fromFile ? 'from the photo' : 'automatic'}.`}
        </p>
      )}
      <div className="group">
        <Choice label="Show" value={view.show} options={SHOWS} onChange={(show) => onView({ show })} />
        {view.show === 'depth' && (
          <>
            <div className="row">
              <Choice
                label="Colours"
                value={view.colormap}
                options={colormaps}
                onChange={(colormap) => onView({ colormap })}
              />
              <Toggle label="Reverse" checked={view.invert} onChange={(invert) => onView({ invert })} />
            </div>
            <RangeControls view={view} onView={onView} result={result} />
            <div className="row">
              <Toggle
                label="Contour lines"
                checked={view.contour > 0}
                onChange={(on) => onView({ contour: on ? CONTOUR : 0 })}
              />
              {view.contour > 0 && (
                <NumberField
                  label="every"
                  unit="m"
                  value={view.contour}
                  min={MIN_CONTOUR}
                  max={100}
                  step={0.05}
                  onChange={(contour) => onView({ contour })}
                />
              )}
            </div>
          </>
        )}
        {first !== undefined && scenes.length > 1 && (
          <Choice
            label="Kind of room"
            value={view.scene ?? first}
            options={scenes.map((scene) => ({ value: scene, label: sceneLabel(scene) }))}
            onChange={(scene) => onView({ scene })}
          />
        )}
      </div>
      <MeasureControls view={view} lens={lens} onView={onView} measurement={measurement} />
      <button
        ref={opener}
        type="button"
        className="button"
        disabled={!result || !photo}
        onClick={() => setOpened(photo)}
      >
        Open the 3D view
      </button>
      {inSpace && (
        // three is larger than the rest of the page.
        <Lazy
          what="The 3D view"
          load={() => import('./view3d/View3d.tsx')}
          onFail={(error) => {
            close();
            onError(error);
          }}
        >
          {({ View3d }) => <View3d {...inSpace} view={view} onView={onView} onClose={close} />}
        </Lazy>
      )}
      <Downloads
        view={view}
        result={result}
        lens={lens}
        photo={photo}
        size={size}
        stem={stem}
        filesNote={filesNote}
        onError={onError}
      />
    </>
  );
}
