import type { ReactNode } from 'react';
import type { AblateClassesResult, SegmentResult } from '../../engine/results.ts';
import { HeatScale } from '../attention/HeatScale.tsx';
import { mapsOfLevel, meanMap } from '../attention/heat-map.ts';
import { LevelChoice } from '../attention/LevelChoice.tsx';
import type { OtherHeat } from '../attention/other-heat.ts';
import type { PhotoSize } from '../photo-size.ts';
import { ClassAblation } from './ClassAblation.tsx';
import { ClassList } from './ClassList.tsx';
import { ClassVisibility } from './ClassVisibility.tsx';
import { Downloads } from './Downloads.tsx';
import type { SegmentView } from './view.ts';
import './segment.css';

interface Props {
  readonly view: SegmentView;
  onView(change: Partial<SegmentView>): void;
  readonly result: SegmentResult | undefined;
  /** The point that a click holds, and what is done with the row of its class. */
  readonly picked: object | undefined;
  onPicked(row: Element): void;
  readonly stem: string;
  /** Pixels of the photo. */
  readonly size: PhotoSize | undefined;
  /** Names of the classes by index, as far as they are known. */
  readonly names: readonly (string | undefined)[];
  /** Whether another model than the open one computed the classes: then none can be left out. */
  readonly byOther: boolean;
  /** Result without the class that is left out, once it is computed. */
  readonly ablated: AblateClassesResult | undefined;
  /** The other model's map of the selected class, while two models are compared. */
  readonly otherHeat: OtherHeat | undefined;
  /** Note on whose results the downloads hold. */
  readonly filesNote: ReactNode;
  onError(thrown: unknown): void;
}

type SelectedProps = Pick<Props, 'view' | 'onView' | 'names' | 'byOther' | 'ablated' | 'otherHeat'> & {
  readonly result: SegmentResult;
};

function SelectedClass({ view, onView, result, names, byOther, ablated, otherHeat }: SelectedProps) {
  const maps = mapsOfLevel(result.maps, view.level);
  if (!maps || view.selected === undefined) return <p className="hint">Choose a class to see its own attention map.</p>;
  const name = result.present.find((each) => each.index === view.selected)?.name ?? '';
  const { max } = meanMap(maps, [view.selected]);
  return (
    <>
      <HeatScale word={name} max={max} other={otherHeat}>
        attention of “{name}”
      </HeatScale>
      <LevelChoice maps={result.maps} level={view.level} onLevel={(level) => onView({ level })} />
      {byOther ? (
        <p className="hint">Compute it here first to leave a class out.</p>
      ) : (
        <ClassAblation view={view} onView={onView} index={view.selected} names={names} ablated={ablated} />
      )}
    </>
  );
}

const classesText = (count: number): string => (count === 1 ? 'one class' : `${count} classes, by area`);

export function SegmentPanel(props: Props) {
  const { result } = props;
  return (
    <>
      {result && (
        <div className="group">
          <h2>
            In this photo <span className="quiet">{classesText(result.present.length)}</span>
          </h2>
          <ClassList {...props} classes={result.present} />
          <ClassVisibility {...props} classes={result.present} />
          {result.maps.length > 0 && <SelectedClass {...props} result={result} />}
        </div>
      )}
      <Downloads {...props} />
    </>
  );
}
