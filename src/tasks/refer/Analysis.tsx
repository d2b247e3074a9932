import type { AblateResult } from '../../engine/results.ts';
import { Ablation } from './ablation/Ablation.tsx';
import { Compare } from './masks/Compare.tsx';
import type { ListedMask } from './overlay.ts';
import { HeatMaps } from './words/HeatMaps.tsx';
import { PixelWords } from './words/PixelWords.tsx';
import type { WordsProps } from './words/words-shown.ts';

interface Props {
  readonly shown: ListedMask;
  readonly masks: readonly ListedMask[];
  readonly words: WordsProps & Pick<Parameters<typeof HeatMaps>[0], 'prompt' | 'onError'>;
  /** Name of the photo's file without its ending. */
  readonly stem: string;
  readonly ablated: (tokens: readonly number[]) => AblateResult | undefined;
  /** Shows the mask of a prompt (or looks for it), compared with that of another. */
  onPair(shown: string, other: string): void;
}

/** What the words did, beyond the strip: without a word, at the crosshair, maps by level, layer and head, and against another mask. */
export function Analysis({ shown, masks, words, stem, ablated, onPair }: Props) {
  const { view, onView, byOther } = words;
  const { result, item } = shown;
  return (
    <>
      {!result.zeroShot && !byOther && (
        <Ablation view={view} onView={onView} result={result} threshold={item.threshold} ablated={ablated} />
      )}
      <PixelWords {...words} />
      <HeatMaps {...words} stem={stem} />
      <Compare masks={masks} shown={shown} view={view} onView={onView} onPair={onPair} />
    </>
  );
}
