import { formatMetres, formatWeight } from '../../format.ts';
import { useApp, useWorkbench } from '../context.ts';
import type { Results } from '../results/results.ts';
import { secondResults, secondState } from '../second-model/view.ts';
import type { AppState } from '../store.ts';
import { type TruthReading, truthAt } from '../truth/reading.ts';
import { readAt, spokenMetres, spokenValues } from './probe.ts';

/** What is known about the point besides the result: by a second model, which is left of the compare handle, or the truth, right of it. */
export interface OtherSide {
  readonly side: 'left' | 'right';
  /** Which value is which, for a tooltip. */
  readonly title: string;
  /** Values as they are shown. */
  readonly metres: string;
  readonly className: string;
  readonly mask: string;
  /** The same for the live region. */
  readonly spoken: readonly string[];
}

const NOTHING = '–';

function truthSide({ metres, className, inside }: TruthReading): OtherSide {
  const mask = inside === undefined ? undefined : inside ? 'inside' : 'outside';
  const values = [
    Number.isNaN(metres) ? undefined : spokenMetres(metres),
    className,
    mask && `${mask} the true mask`,
  ].filter((value) => value !== undefined);
  return {
    side: 'right',
    title: 'Result and truth',
    metres: formatMetres(metres),
    className: className ?? NOTHING,
    mask: mask ?? NOTHING,
    spoken: values.length > 0 ? ['truth', ...values] : [],
  };
}

/** Returns the values of the other side at the crosshair; undefined without a comparison or a crosshair. */
export function otherSide(state: AppState, results: Results): OtherSide | undefined {
  const truth = truthAt(state, results);
  if (truth) return truthSide(truth);
  const seen = secondState(state, results);
  const left = seen && readAt(seen, secondResults(state, results));
  if (!left) return undefined;
  const values = spokenValues(left);
  return {
    side: 'left',
    title: 'Left and right of the handle',
    metres: formatMetres(left.metres ?? Number.NaN),
    className: left.className ?? NOTHING,
    mask: formatWeight(left.probability ?? Number.NaN),
    spoken: values.length > 0 ? ['left of the handle', ...values] : [],
  };
}

/** As `otherSide`; renders again with `useReading` and when a comparison begins or ends. */
export function useOtherSide(): OtherSide | undefined {
  const { store, results } = useWorkbench();
  useApp((state) => state.secondModel);
  useApp((state) => state.truth);
  return otherSide(store.getState(), results);
}
