import type { AttentionMaps, ReferResult } from '../../../engine/results.ts';
import { mapsOfLevel } from '../../attention/heat-map.ts';

/** A word of two prompts, with its share of all attention in each; undefined for a prompt without it. */
export interface WordChange {
  /** Unique among the changes of one pair of prompts. */
  readonly id: string;
  readonly a: { readonly text: string; readonly mass: number } | undefined;
  readonly b: { readonly text: string; readonly mass: number } | undefined;
}

/**
 * Aligns the words of two prompts (longest common subsequence, ignoring case). Different words in the same gap are pairs, too: “left” and
 * “right” of “the left chair” and “the right chair”.
 * @returns pairs of indices into `a` and `b`, in order; undefined for a word without a partner
 */
export function alignWords(
  a: readonly string[],
  b: readonly string[],
): readonly (readonly [number | undefined, number | undefined])[] {
  const same = (i: number, j: number): boolean => a[i]?.toLowerCase() === b[j]?.toLowerCase();
  // longest[i][j]: length of the longest common subsequence of a.slice(i) and b.slice(j).
  const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = longest[i];
      if (row) row[j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const pairs: [number | undefined, number | undefined][] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && (same(i, j) || at(i + 1, j + 1) === at(i, j))) pairs.push([i++, j++]);
    else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) pairs.push([i++, undefined]);
    else pairs.push([undefined, j++]);
  }
  return pairs;
}

/** Share of all attention that the tokens get; 1 for all tokens of a prompt together. */
export function attentionMass({ width, height, data }: AttentionMaps, tokens: readonly number[]): number {
  const size = width * height;
  let sum = 0;
  for (const token of tokens) for (let i = token * size; i < (token + 1) * size; i++) sum += data[i] ?? 0;
  return sum / size;
}

/** Compares the attention of two prompts on one photo word by word, at one UNet level; undefined without maps. */
export function wordChanges(
  a: ReferResult,
  b: ReferResult,
  level: number | undefined,
): readonly WordChange[] | undefined {
  const [mapsA, mapsB] = [mapsOfLevel(a.maps, level), mapsOfLevel(b.maps, level)];
  if (!mapsA || !mapsB) return undefined;
  const side = (result: ReferResult, maps: AttentionMaps, index: number | undefined) => {
    const word = index === undefined ? undefined : result.words[index];
    return word && { text: word.text, mass: attentionMass(maps, word.tokens) };
  };
  const texts = ({ words }: ReferResult) => words.map(({ text }) => text);
  return alignWords(texts(a), texts(b)).map(([i, j]) => ({
    id: `${i ?? ''}/${j ?? ''}`,
    a: side(a, mapsA, i),
    b: side(b, mapsB, j),
  }));
}
