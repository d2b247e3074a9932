import { formatAttention } from '../../../format.ts';
import { useTouch } from '../../../ui/touch.ts';
import { HeatScale } from '../../attention/HeatScale.tsx';
import { TokenStrip } from '../../attention/TokenStrip.tsx';
import type { Unit } from '../../attention/units.ts';
import type { Place } from '../../place.ts';
import { Section } from '../Section.tsx';
import { sourceName, strongest, weightUnder } from './word-maps.ts';
import { type WordsProps, wordsShown } from './words-shown.ts';

/** The words of the prompt as the network read them: pointing at one shows its heat map on the stage, and here its scale. */
export function WordStrip(props: WordsProps) {
  const { view, onView, result, raw, otherHeat, whyMeans } = props;
  const { words, shown, chosen, high } = wordsShown(props);
  const touch = useTouch();
  const most = strongest(words);
  const byUnit = new Map(words.map((word) => [word.unit, word]));
  const strengthAt = (unit: Unit, { u, v }: Place): number => {
    const word = byUnit.get(unit);
    return word && most > 0 ? Math.min(1, (weightUnder(word, u, v) ?? 0) / most) : 0;
  };
  return (
    <Section
      id="attention"
      view={view}
      onView={onView}
      label="Attention"
      heading={
        <>
          Where each word looks <span className="quiet">cross-attention</span>
        </>
      }
    >
      <TokenStrip
        units={words.map((word) => word.unit)}
        hovered={view.hovered}
        locked={view.locked}
        strengthAt={strengthAt}
        onHover={(hovered) => onView({ hovered })}
        onLock={(locked) => onView({ locked, without: [] })}
      />
      {shown?.map ? (
        <HeatScale word={shown.unit.text} max={shown.map.max} high={high} other={otherHeat}>
          “{shown.unit.text}” peaks at <b className="figure">{formatAttention(shown.map.max)}</b>
          {view.scale === 'words' && !shown.unit.special && ' of all words'} · {sourceName(chosen, raw, result)}
        </HeatScale>
      ) : (
        <p className="hint">
          {shown
            ? `There is no map of “${shown.unit.text}” for single heads, only for the means.`
            : touch
              ? 'Tap a word to see its heat map.'
              : 'Point at a word to see its heat map, click to keep it.'}
        </p>
      )}
      {whyMeans !== undefined && <p className="note">{whyMeans}</p>}
    </Section>
  );
}
