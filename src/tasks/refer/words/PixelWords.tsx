import { formatWeight } from '../../../format.ts';
import type { ReferView } from '../view.ts';
import { rankedAt, type WordMap } from './word-maps.ts';
import './words.css';
import '../../attention/tokens.css';

interface Props {
  readonly words: readonly WordMap[];
  readonly view: ReferView;
  onView(change: Partial<ReferView>): void;
  /** Position of the crosshair, as shares of the photo's width and height. */
  readonly pointer: { readonly u: number; readonly v: number } | undefined;
}

/** List of the words' weights at the crosshair, the largest first; special tokens follow, greyed. */
export function PixelWords({ words, view, onView, pointer }: Props) {
  const ranked = pointer ? rankedAt(words, pointer.u, pointer.v) : [];
  const most = ranked.reduce((high, { word, weight }) => (word.unit.special ? high : Math.max(high, weight)), 0);
  return (
    <div className="pixel-words">
      {ranked.length === 0 ? (
        <p className="hint">
          Point at the photo, or focus it and use the arrow keys, to rank the words there; a click keeps the place.
        </p>
      ) : (
        <ol aria-label="Words at the crosshair" data-testid="pixel-words">
          {ranked.map(({ word: { unit }, weight }) => (
            <li key={unit.key} data-special={unit.special || undefined} data-word={unit.text} data-weight={weight}>
              <button
                type="button"
                aria-pressed={unit.key === view.locked}
                onClick={() => onView({ locked: unit.key === view.locked ? undefined : unit.key, without: [] })}
              >
                {unit.text}
              </button>
              <meter
                className="token-meter"
                aria-label={`attention of ${unit.text} here`}
                value={unit.special || most === 0 ? 0 : weight / most}
              />
              <span className="figure">{formatWeight(weight)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
