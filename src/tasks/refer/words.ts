import type { ReferResult } from '../../engine/protocol.ts';
import { type HeatMap, mapsOfLevel, meanMap } from '../attention/map.ts';
import { attentionUnits, type Unit } from '../attention/units.ts';
import type { ReferView } from './view.ts';

/** A unit of the prompt with its heat map. */
export interface WordMap {
  readonly unit: Unit;
  readonly map: HeatMap | undefined;
}

type Known = { readonly level: number | undefined; readonly pieces: boolean; readonly words: readonly WordMap[] };
const memo = new WeakMap<ReferResult, Known>();

/** The prompt's units with their maps; computed once per result and choice, so that hovering uploads a map but computes none. */
export function wordMaps(result: ReferResult, view: Pick<ReferView, 'level' | 'pieces'>): readonly WordMap[] {
  const known = memo.get(result);
  if (known && known.level === view.level && known.pieces === view.pieces) return known.words;
  const maps = mapsOfLevel(result.maps, view.level);
  const words = attentionUnits(result.tokens, result.words, view.pieces).map((unit) => ({
    unit,
    map: maps && meanMap(maps, unit.tokens),
  }));
  memo.set(result, { level: view.level, pieces: view.pieces, words });
  return words;
}

/** The hot end of a word's scale: its own maximum, or the largest of all words (special tokens left out: they dwarf words). */
export function scaleOf(words: readonly WordMap[], word: WordMap, shared: boolean): number {
  if (!shared || word.unit.special) return word.map?.max ?? 0;
  return words.reduce((high, other) => (other.unit.special ? high : Math.max(high, other.map?.max ?? 0)), 0);
}

/** The word on show: the one under the pointer, else the one that was clicked. */
export function shownWord(words: readonly WordMap[], view: ReferView): WordMap | undefined {
  const find = (key: string | undefined) => words.find((word) => word.unit.key === key);
  return find(view.hovered) ?? find(view.locked);
}
