import type { AttentionMaps, RawMapsResult, ReferResult } from '../../../engine/results.ts';
import {
  headMaps,
  layerName,
  layerOfHead,
  type MapScale,
  type MapSource,
  sharesOf,
} from '../../attention/head-maps.ts';
import { cellAt, type HeatMap, mapsOfLevel, meanMap } from '../../attention/heat-map.ts';
import { attentionUnits, type Unit } from '../../attention/units.ts';
import type { ReferView } from '../view.ts';

/** A unit of the prompt with its heat map. */
export interface WordMap {
  readonly unit: Unit;
  readonly map: HeatMap | undefined;
}

type Chosen = Pick<ReferView, 'level' | 'source' | 'pieces' | 'scale'>;

/** Attention maps and the head that they are of; the source of means is undefined. */
export interface ChosenMaps {
  readonly source: MapSource | undefined;
  readonly maps: AttentionMaps;
}

/** Returns the maps that the view selects: those of one head if they are computed, else the means over layers and heads. */
export function chosenMaps(
  result: ReferResult,
  { level, source }: Pick<ReferView, 'level' | 'source'>,
  raw: RawMapsResult | undefined,
): ChosenMaps | undefined {
  const layer = layerOfHead(raw, source);
  if (layer && source) return { source, maps: headMaps(layer, source.head) };
  const means = mapsOfLevel(result.maps, level);
  return means && { source: undefined, maps: means };
}

/** Names the means: a zero-shot mask has no head that used them. */
export const meansName = ({ zeroShot }: Pick<ReferResult, 'zeroShot'>): string =>
  zeroShot ? 'mean of the layers' : 'mean that the head used';

/** Names the source of the shown maps: a layer and head, or the means. */
export function sourceName(
  chosen: ChosenMaps | undefined,
  raw: RawMapsResult | undefined,
  result: Pick<ReferResult, 'zeroShot'>,
): string {
  const layer = layerOfHead(raw, chosen?.source);
  if (!raw || !layer || !chosen?.source) return meansName(result);
  return `${layerName(raw.layers, layer)}, head ${chosen.source.head + 1}`;
}

interface Known {
  readonly key: string;
  readonly raw: RawMapsResult | undefined;
  readonly words: readonly WordMap[];
}
const memo = new WeakMap<ReferResult, Known>();

/** Computes the maps of the prompt's units, once per result and selection, so that hovering computes nothing. */
export function wordMaps(result: ReferResult, view: Chosen, raw: RawMapsResult | undefined): readonly WordMap[] {
  const key = [view.level, view.source?.layer, view.source?.head, view.pieces, view.scale === 'words'].join();
  const known = memo.get(result);
  if (known?.key === key && known.raw === raw) return known.words;
  const maps = chosenMaps(result, view, raw)?.maps;
  const words = attentionUnits(result.tokens, result.words, view.pieces).map((unit) => ({
    unit,
    // The maps of single heads are without padding.
    map: maps && unit.tokens.some((token) => token < maps.tokens) ? meanMap(maps, unit.tokens) : undefined,
  }));
  const scaled = view.scale === 'words' ? sharesOfWords(words) : words;
  memo.set(result, { key, raw, words: scaled });
  return scaled;
}

/** Replaces the words' maps by their shares of the words' attention; those of special tokens are unchanged. */
function sharesOfWords(words: readonly WordMap[]): readonly WordMap[] {
  const plain = words.flatMap(({ unit, map }) => (unit.special || !map ? [] : [{ unit, map }]));
  const shares = sharesOf(plain.map(({ map }) => map));
  return words.map((word) => {
    const at = plain.findIndex(({ unit }) => unit === word.unit);
    return at < 0 ? word : { unit: word.unit, map: shares[at] };
  });
}

/** Most words of the ablation table: each takes a run of the head and a plane of the photo's size. */
const MAX_RANKED = 16;

/** Lists the words of the ablation table in reading order. */
export function rankedUnits(result: ReferResult, pieces: boolean): readonly Unit[] {
  return attentionUnits(result.tokens, result.words, pieces)
    .filter((unit) => !unit.special)
    .slice(0, MAX_RANKED);
}

/** Weight at the hot end of a word's scale. Special tokens have much larger weights than words, so each has its own scale. */
export function scaleOf(words: readonly WordMap[], word: WordMap, scale: MapScale): number {
  if (scale === 'own' || word.unit.special) return word.map?.max ?? 0;
  return scale === 'words' ? 1 : strongest(words);
}

/** Largest weight of all words. */
export function strongest(words: readonly WordMap[]): number {
  return words.reduce((high, other) => (other.unit.special ? high : Math.max(high, other.map?.max ?? 0)), 0);
}

/** Returns the shown word: the one under the pointer, else the clicked one. */
export function shownWord(words: readonly WordMap[], view: ReferView): WordMap | undefined {
  const find = (key: string | undefined) => words.find((word) => word.unit.key === key);
  return find(view.hovered) ?? find(view.locked);
}

/** Weight of a unit at a point of the photo; undefined without a map. */
export function weightUnder({ map }: WordMap, u: number, v: number): number | undefined {
  return map?.data[cellAt(map, u, v)];
}

/** Lists the units' weights at a point, the largest first: words, then special tokens. */
export function rankedAt(
  words: readonly WordMap[],
  u: number,
  v: number,
): readonly { readonly word: WordMap; readonly weight: number }[] {
  return words
    .flatMap((word) => {
      const weight = weightUnder(word, u, v);
      return weight === undefined ? [] : [{ word, weight }];
    })
    .sort((a, b) => Number(a.word.unit.special) - Number(b.word.unit.special) || b.weight - a.weight);
}
