import type { AttentionMaps, RawMapsResult, ReferResult } from '../../../engine/protocol.ts';
import { cellAt, type HeatMap, mapsOfLevel, meanMap } from '../../attention/map.ts';
import { headMaps, type MapScale, type MapSource, sharesOf } from '../../attention/source.ts';
import { attentionUnits, type Unit } from '../../attention/units.ts';
import type { ReferView } from '../view.ts';

/** A unit of the prompt with its heat map. */
export interface WordMap {
  readonly unit: Unit;
  readonly map: HeatMap | undefined;
}

type Chosen = Pick<ReferView, 'level' | 'source' | 'pieces' | 'scale'>;

/** Maps, and the head that they are of; none where they are means. */
export interface ChosenMaps {
  readonly source: MapSource | undefined;
  readonly maps: AttentionMaps;
}

/** The maps that the view asks for: of one head once they are there, else the means over layers and heads. */
export function chosenMaps(
  result: ReferResult,
  { level, source }: Pick<ReferView, 'level' | 'source'>,
  raw: RawMapsResult | undefined,
): ChosenMaps | undefined {
  const layer = raw?.layers.find(({ path }) => path === source?.layer);
  if (layer && source) return { source, maps: headMaps(layer, source.head) };
  const means = mapsOfLevel(result.maps, level);
  return means && { source: undefined, maps: means };
}

/** What means are of, in words: a mask of attention alone has no head that used them. */
export const meansName = ({ zeroShot }: Pick<ReferResult, 'zeroShot'>): string =>
  zeroShot ? 'mean of the layers' : 'mean that the head used';

interface Known {
  readonly key: string;
  readonly raw: RawMapsResult | undefined;
  readonly words: readonly WordMap[];
}
const memo = new WeakMap<ReferResult, Known>();

/** The prompt's units with their maps; computed once per result and choice, so that hovering uploads a map but computes none. */
export function wordMaps(result: ReferResult, view: Chosen, raw: RawMapsResult | undefined): readonly WordMap[] {
  const key = [view.level, view.source?.layer, view.source?.head, view.pieces, view.scale === 'words'].join();
  const known = memo.get(result);
  if (known?.key === key && known.raw === raw) return known.words;
  const maps = chosenMaps(result, view, raw)?.maps;
  const words = attentionUnits(result.tokens, result.words, view.pieces).map((unit) => ({
    unit,
    // Layers keep no maps of the padding.
    map: maps && unit.tokens.some((token) => token < maps.tokens) ? meanMap(maps, unit.tokens) : undefined,
  }));
  const scaled = view.scale === 'words' ? shared(words) : words;
  memo.set(result, { key, raw, words: scaled });
  return scaled;
}

/** Words by their share of the words' attention; special tokens, which are no words, as they are. */
function shared(words: readonly WordMap[]): readonly WordMap[] {
  const plain = words.flatMap(({ unit, map }) => (unit.special || !map ? [] : [{ unit, map }]));
  const shares = sharesOf(plain.map(({ map }) => map));
  return words.map((word) => {
    const at = plain.findIndex(({ unit }) => unit === word.unit);
    return at < 0 ? word : { unit: word.unit, map: shares[at] };
  });
}

/** Words of a long prompt that are left out in turn, for the table: each costs a run of the head and a plane of the photo's size. */
const MAX_RANKED = 16;

/** The words for the table, in reading order. */
export function rankedUnits(result: ReferResult, pieces: boolean): readonly Unit[] {
  return attentionUnits(result.tokens, result.words, pieces)
    .filter((unit) => !unit.special)
    .slice(0, MAX_RANKED);
}

/** The hot end of a word's scale. Special tokens dwarf words, so that they always have their own. */
export function scaleOf(words: readonly WordMap[], word: WordMap, scale: MapScale): number {
  if (scale === 'own' || word.unit.special) return word.map?.max ?? 0;
  return scale === 'words' ? 1 : strongest(words);
}

/** The largest weight of any word. */
export function strongest(words: readonly WordMap[]): number {
  return words.reduce((high, other) => (other.unit.special ? high : Math.max(high, other.map?.max ?? 0)), 0);
}

/** The word on show: the one under the pointer, else the one that was clicked. */
export function shownWord(words: readonly WordMap[], view: ReferView): WordMap | undefined {
  const find = (key: string | undefined) => words.find((word) => word.unit.key === key);
  return find(view.hovered) ?? find(view.locked);
}

/** Weight of a unit under a point of the photo; undefined where it has no map. */
export function weightUnder({ map }: WordMap, u: number, v: number): number | undefined {
  return map?.data[cellAt(map, u, v)];
}

/** Units at a point, the strongest first: words, then special tokens. */
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
