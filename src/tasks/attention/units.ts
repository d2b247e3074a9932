import type { TokenInfo, WordInfo } from '../../text/tokens.ts';

/** One button of the token strip: a word (its pieces merged), a single piece, a special token, or all padding at once. */
export interface Unit {
  /** Stable within one prompt, e.g. `word:2`, `token:5`, `padding`. */
  readonly key: string;
  readonly text: string;
  /** Indices into the attention maps; the unit's map is their mean. */
  readonly tokens: readonly number[];
  readonly special: boolean;
  readonly known: boolean;
}

const nameOf = ({ key, text, special }: Unit): string => (key === 'padding' ? key : `${special} ${text}`);

/**
 * Finds the unit of another model's reading of the same prompt that stands for the same word, piece or special token, since models may
 * number tokens differently. A text that occurs several times is matched by its position among them. Undefined if there is none.
 */
export function sameUnit(units: readonly Unit[], key: string, others: readonly Unit[]): Unit | undefined {
  const unit = units.find((each) => each.key === key);
  if (!unit) return undefined;
  const alike = (each: Unit) => nameOf(each) === nameOf(unit);
  return others.filter(alike)[units.filter(alike).indexOf(unit)];
}

/** Lists the units of a prompt in reading order. With `pieces`, every BPE piece is its own unit. */
export function attentionUnits(
  tokens: readonly TokenInfo[],
  words: readonly WordInfo[],
  pieces: boolean,
): readonly Unit[] {
  const units: Unit[] = [];
  const seen = new Set<number>();
  const padding: number[] = [];
  tokens.forEach((token, index) => {
    if (token.kind === 'padding') {
      padding.push(index);
    } else if (token.kind !== 'word') {
      units.push({ key: `token:${index}`, text: token.kind, tokens: [index], special: true, known: true });
    } else if (pieces) {
      units.push({ key: `token:${index}`, text: token.text, tokens: [index], special: false, known: token.known });
    } else if (!seen.has(token.word)) {
      seen.add(token.word);
      const word = words[token.word];
      units.push({
        key: `word:${token.word}`,
        text: word?.text ?? token.text,
        tokens: word?.tokens ?? [index],
        special: false,
        known: word?.known ?? token.known,
      });
    }
  });
  if (padding.length > 0)
    units.push({ key: 'padding', text: `padding × ${padding.length}`, tokens: padding, special: true, known: true });
  return units;
}
