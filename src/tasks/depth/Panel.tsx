import type { DepthResult } from '../../engine/protocol.ts';
import { COLORMAPS } from '../../image/colormap.ts';
import { Choice } from '../../ui/Choice.tsx';
import { formatPercent } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Slider } from '../../ui/Slider.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { saveDepthNpy, saveDepthPng } from './export.ts';
import { Legend } from './Legend.tsx';
import type { DepthView } from './view.ts';

interface Props {
  readonly view: DepthView;
  onView(change: Partial<DepthView>): void;
  readonly scenes: readonly string[];
  readonly result: DepthResult | undefined;
  /** Metres under the pointer. */
  readonly pointed: number | undefined;
  /** Start of a download's name. */
  readonly stem: string;
}

const colormaps = COLORMAPS.map((name) => ({ value: name, label: name[0]?.toUpperCase() + name.slice(1) }));
const sceneLabel = (scene: string) => scene.replaceAll('_', ' ');

export function DepthPanel({ view, onView, scenes, result, pointed, stem }: Props) {
  const [first] = scenes;
  return (
    <>
      <Legend view={view} result={result} pointed={pointed} />
      <div className="group">
        <div className="row">
          <Choice
            label="Colours"
            value={view.colormap}
            options={colormaps}
            onChange={(colormap) => onView({ colormap })}
          />
          <Toggle label="Reverse" checked={view.invert} onChange={(invert) => onView({ invert })} />
        </div>
        <Slider
          label="Opacity"
          value={view.opacity}
          text={formatPercent(view.opacity)}
          onChange={(opacity) => onView({ opacity })}
        />
        {first !== undefined && scenes.length > 1 && (
          <Choice
            label="Kind of room"
            value={view.scene ?? first}
            options={scenes.map((scene) => ({ value: scene, label: sceneLabel(scene) }))}
            onChange={(scene) => onView({ scene })}
          />
        )}
      </div>
      <div className="group">
        <h2>Download</h2>
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={!result}
            onClick={() => result && void saveDepthNpy(stem, result)}
          >
            <Icon name="download" /> .npy, metres
          </button>
          <button
            type="button"
            className="button"
            disabled={!result}
            onClick={() => result && void saveDepthPng(stem, result)}
          >
            <Icon name="download" /> PNG, 16-bit mm
          </button>
        </div>
      </div>
    </>
  );
}
