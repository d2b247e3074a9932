import type { SegmentResult } from '../../engine/protocol.ts';
import { formatWeight } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { LevelChoice } from '../attention/LevelChoice.tsx';
import { mapsOfLevel, meanMap } from '../attention/map.ts';
import { ClassList } from './ClassList.tsx';
import { saveClassesJson, saveLabelsNpy } from './export.ts';
import type { SegmentView } from './view.ts';

interface Props {
  readonly view: SegmentView;
  onView(change: Partial<SegmentView>): void;
  readonly result: SegmentResult | undefined;
  /** Class under the pointer on the photo. */
  readonly pointed: number | undefined;
  readonly stem: string;
}

function SelectedClass({ view, onView, result }: Pick<Props, 'view' | 'onView'> & { readonly result: SegmentResult }) {
  const maps = mapsOfLevel(result.maps, view.level);
  if (!maps || view.selected === undefined) return <p className="hint">Choose a class to see its own attention map.</p>;
  const name = result.present.find((each) => each.index === view.selected)?.name ?? '';
  const { max } = meanMap(maps, [view.selected]);
  return (
    <>
      <div className="heat-scale" data-testid="heat-scale" data-word={name} data-max={max}>
        <span className="figure">0</span>
        <span className="heat-bar" aria-hidden="true" />
        <span className="figure">{formatWeight(max)}</span>
        <span className="quiet">attention of “{name}”</span>
      </div>
      <LevelChoice maps={result.maps} level={view.level} onLevel={(level) => onView({ level })} />
    </>
  );
}

export function SegmentPanel({ view, onView, result, pointed, stem }: Props) {
  return (
    <>
      {result && (
        <div className="group">
          <h2>
            In this photo <span className="quiet">{result.present.length} classes, by area</span>
          </h2>
          <ClassList view={view} onView={onView} classes={result.present} pointed={pointed} />
          {result.maps.length > 0 && <SelectedClass view={view} onView={onView} result={result} />}
        </div>
      )}
      <div className="group">
        <h2>Download</h2>
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={!result}
            onClick={() => result && void saveLabelsNpy(stem, result)}
          >
            <Icon name="download" /> .npy, class index
          </button>
          <button
            type="button"
            className="button"
            disabled={!result}
            onClick={() => result && saveClassesJson(stem, result)}
          >
            <Icon name="download" /> JSON, areas
          </button>
        </div>
      </div>
    </>
  );
}
