import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from 'react';
import { formatPercent } from '../../../format.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { useApp, useWorkbench } from '../../context.ts';
import { leftLabel, rightLabel } from '../../second-model/labels.ts';
import { type Handlers, runShortcut } from '../../shortcuts/shortcuts.ts';
import { useTruth } from '../../truth/useTruth.ts';
import type { StageActions } from '../input/actions.ts';
import { photoRect, splitOf } from '../place.ts';
import { visibleRect } from '../view.ts';

/** Steps of the keys, as fractions of the visible photo. */
const STEP = 0.02;
const FAR = 0.1;

/** Draggable line between the photo (left) and its layers (right), or between two models, or result and truth. */
export function CompareHandle({ actions }: { readonly actions: StageActions }) {
  const { store, results } = useWorkbench();
  const compare = useApp((state) => state.stage.compare);
  const secondModel = useApp((state) => leftLabel(state, results));
  const right = useApp((state) => rightLabel(state, results));
  const split = useApp(splitOf);
  const shown = useApp((state) => (state.errors ? 'errors' : 'truth'));
  const truth = useTruth() ? shown : undefined;
  const top = useApp((state) => Math.max(0, photoRect(state).y));
  const height = useApp((state) => visibleRect(state.stage.size, photoRect(state)).height);
  /** Distance from the pointer to the line, so that the line does not jump when a drag begins. */
  const grip = useRef(0);

  const handlers = useMemo((): Handlers<'compare'> => {
    const by = (key: string, step: number) =>
      actions.compare(store.getState().stage.compare + (/Left|Down/.test(key) ? -step : step));
    return {
      move: (key) => by(key, STEP),
      far: (key) => by(key, FAR),
      ends: (key) => actions.compare(key === 'Home' ? 0 : 1),
    };
  }, [actions, store]);

  function key(event: KeyboardEvent): void {
    if (runShortcut('compare', event, handlers)) event.preventDefault();
  }

  function take(event: PointerEvent<HTMLDivElement>): void {
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = split - event.clientX;
  }

  function drag(event: PointerEvent<HTMLDivElement>): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { size } = store.getState().stage;
    const seen = visibleRect(size, photoRect(store.getState()));
    actions.compare((event.clientX + grip.current - seen.x) / seen.width);
  }

  return (
    <div
      className="compare"
      role="slider"
      tabIndex={0}
      aria-label={
        secondModel
          ? `Compare: ${secondModel} left of the handle, ${right} right of it`
          : truth
            ? `Compare: result left of the handle, ${truth} right of it`
            : 'Compare: photo left of the handle, layers right of it'
      }
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * compare)}
      aria-valuetext={`${formatPercent(compare)} ${secondModel ?? (truth ? 'result' : 'photo')}`}
      style={{ left: split, top, height }}
      onKeyDown={key}
      onPointerDown={take}
      onPointerMove={drag}
      // A double click must not reset the view.
      onDoubleClick={(event) => event.stopPropagation()}
      data-testid="compare"
    >
      {(secondModel || truth) && (
        <span className="compare-sides" aria-hidden="true">
          <span>{secondModel ?? 'result'}</span>
          <span>{secondModel ? right : truth}</span>
        </span>
      )}
      <span className="compare-grip">
        <Icon name="compare" />
      </span>
    </div>
  );
}
