import { useContext } from 'react';
import { formatAttention } from '../../../format.ts';
import { useTouch } from '../../../ui/touch.ts';
import { PointedPlace } from '../../pointed.ts';
import { Section } from '../Section.tsx';
import { rankedAt, type WordMap } from './word-maps.ts';
import { type WordsProps, wordsShown } from './words-shown.ts';
import './words.css';
import '../../attention/tokens.css';

interface RankingProps extends Pick<WordsProps, 'view' | 'onView'> {
  readonly words: readonly WordMap[];
}

/** The part that a move of the pointer renders again. */
function Ranking({ words, view, onView }: RankingProps) {
  const touch = useTouch();
  const place = useContext(PointedPlace);
  const ranked = place ? rankedAt(words, place.u, place.v) : [];
  const most = ranked.reduce((high, { word, weight }) => (word.unit.special ? high : Math.max(high, weight)), 0);
  if (ranked.length === 0)
    return (
      <p className="hint">
        {touch
          ? 'Tap the photo to rank the words there.'
          : 'Point at the photo, or focus it and use the arrow keys, to rank the words there; a click keeps the place.'}
      </p>
    );
  return (
    <ol className="pixel-words" aria-label="Words at the crosshair" data-testid="pixel-words">
      {ranked.map(({ word: { unit }, weight }) => (
        <li key={unit.key} data-special={unit.special || undefined} data-word={unit.text} data-weight={weight}>
          <button
            type="button"
            aria-pressed={unit.key === view.locked}
            onClick={() => onView({ locked: unit.key === view.locked ? undefined : unit.key, without: [] })}
          >
            {unit.text}
          </button>
          {/* The bars compare words, so special tokens have none. */}
          {!unit.special && most > 0 && (
            <meter className="token-meter" aria-label={`attention of ${unit.text} here`} value={weight / most} />
          )}
          <span className="figure">{formatAttention(weight)}</span>
        </li>
      ))}
    </ol>
  );
}

/** List of the words' weights at the crosshair, the largest first; special tokens, whose weights are of another size, follow. */
export function PixelWords(props: WordsProps) {
  const { view, onView } = props;
  return (
    <Section
      id="crosshair"
      view={view}
      onView={onView}
      label="Words at the crosshair"
      heading={
        <>
          Words at the crosshair <span className="quiet">strongest first</span>
        </>
      }
    >
      <Ranking words={wordsShown(props).words} view={view} onView={onView} />
    </Section>
  );
}
