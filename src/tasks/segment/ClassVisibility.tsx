import type { SegmentResult } from '../../engine/results.ts';
import type { SegmentView } from './view.ts';
import { hiddenElsewhere, hiddenExcept, hidesAny, isOnly } from './visibility.ts';

interface Props {
  readonly view: SegmentView;
  onView(change: Partial<SegmentView>): void;
  readonly classes: SegmentResult['present'];
}

/** Shows the selected class alone, or all classes of the photo again. */
export function ClassVisibility({ view, onView, classes }: Props) {
  const { hidden } = view;
  const name = classes.find(({ index }) => index === view.selected)?.name;
  const alone = name !== undefined && isOnly(name, classes, hidden);
  const any = hidesAny(classes, hidden);
  if (name === undefined && !any) return null;
  return (
    <div className="row">
      {name !== undefined && (
        <button
          type="button"
          className="button"
          disabled={alone}
          onClick={() => onView({ hidden: hiddenExcept(name, classes, hidden) })}
        >
          Show only “{name}”
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={!any}
        onClick={() => onView({ hidden: hiddenElsewhere(classes, hidden) })}
      >
        Show all
      </button>
    </div>
  );
}
