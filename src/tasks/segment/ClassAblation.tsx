import type { AblateClassesResult } from '../../engine/results.ts';
import { formatShare } from '../../format.ts';
import { classColour, css } from '../../image/palette.ts';
import type { SegmentView } from './view.ts';

interface Props {
  readonly view: SegmentView;
  onView(change: Partial<SegmentView>): void;
  /** Index of the selected class. */
  readonly index: number;
  readonly names: readonly (string | undefined)[];
  /** Result without the class, once it is computed. */
  readonly ablated: AblateClassesResult | undefined;
}

/** Most rows of the table; the others are a few pixels each. */
const MAX_MOVES = 6;

/** Class ablation: how much changes without the attention of one class, and from which class to which. */
export function ClassAblation({ view, onView, index, names, ablated }: Props) {
  const nameOf = (each: number) => names[each] ?? `class ${each}`;
  const out = view.without === index;
  return (
    <section className="class-ablation" aria-label="Without a class">
      <button
        type="button"
        className="button"
        aria-pressed={out}
        onClick={() => onView({ without: out ? undefined : index })}
      >
        Leave out “{nameOf(index)}”
      </button>
      <div className="said" role="status">
        {ablated && (
          <div data-testid="class-ablation" data-changed={ablated.changed}>
            <p className="finding">
              Without “{nameOf(index)}” <b className="figure">{formatShare(ablated.changed)}</b> of the photo has
              another class.
            </p>
            <ul className="class-moves">
              {ablated.moves.slice(0, MAX_MOVES).map(({ from, to, area }) => (
                <li key={`${from}/${to}`} data-from={from} data-to={to} data-area={area}>
                  <Swatch index={from} /> {nameOf(from)} → <Swatch index={to} /> {nameOf(to)}
                  <span className="figure">{formatShare(area)}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {out && (
        <p className="note">
          Only the head runs again, with the class’s averaged maps set to zero. The UNet’s features were still computed
          with the class, so a small change does not mean that it was ignored.
        </p>
      )}
    </section>
  );
}

function Swatch({ index }: { readonly index: number }) {
  return <span className="swatch" aria-hidden="true" style={{ background: css(classColour(index)) }} />;
}
