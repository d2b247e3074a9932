import type { ReferResult } from '../../engine/results.ts';
import { formatMetres, formatWeight } from '../../format.ts';
import { mapsOfLevel, weightAt } from '../../tasks/attention/heat-map.ts';
import { attentionUnits } from '../../tasks/attention/units.ts';
import type { Results } from '../results/results.ts';
import { depthOf, referOf, segmentOf } from '../results/selectors.ts';
import { type AppState, selectedPhoto } from '../store.ts';

/** Number of words of the prompt that are shown for a point. */
const TOP_WORDS = 3;

/** Values of all tasks at one point of the photo. */
export interface Reading {
  /** Pixel of the photo. */
  readonly x: number;
  readonly y: number;
  readonly metres: number | undefined;
  readonly className: string | undefined;
  readonly classIndex: number | undefined;
  /** P(inside the mask). */
  readonly probability: number | undefined;
  /** Words that attend here most, strongest first. */
  readonly words: readonly { readonly key: string; readonly text: string; readonly weight: number }[];
}

/** Index of the pixel under a point; `u` and `v` in [0, 1). */
function pixelAt({ width, height }: { width: number; height: number }, u: number, v: number): number {
  return Math.min(height - 1, Math.floor(v * height)) * width + Math.min(width - 1, Math.floor(u * width));
}

function topWords(result: ReferResult, level: number | undefined, u: number, v: number): Reading['words'] {
  const maps = mapsOfLevel(result.maps, level);
  if (!maps) return [];
  return attentionUnits(result.tokens, result.words, false)
    .filter((unit) => !unit.special)
    .map(({ key, text, tokens }) => ({ key, text, weight: weightAt(maps, tokens, u, v) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, TOP_WORDS);
}

/** Returns the values of all results of the photo at the crosshair; undefined without a crosshair. */
export function readAt(state: AppState, results: Results): Reading | undefined {
  const photo = selectedPhoto(state);
  if (!state.crosshair || photo?.state !== 'ready') return undefined;
  const { u, v } = state.crosshair;
  const depth = depthOf(state, results);
  const refer = referOf(state, results);
  const segment = segmentOf(state, results);
  const classIndex = segment?.labels[pixelAt(segment, u, v)];
  return {
    x: Math.min(photo.width - 1, Math.floor(u * photo.width)),
    y: Math.min(photo.height - 1, Math.floor(v * photo.height)),
    metres: depth?.metres[pixelAt(depth, u, v)],
    classIndex,
    className: segment?.present.find((each) => each.index === classIndex)?.name,
    probability: refer?.probability[pixelAt(refer, u, v)],
    words: refer ? topWords(refer, state.refer.level, u, v) : [],
  };
}

/** Returns the reading as text for the live region, followed by what the other side says (`otherSide`). */
export const spoken = (reading: Reading, other: readonly string[] = []): string =>
  [`column ${reading.x}, row ${reading.y}`, ...spokenValues(reading), ...other].join('; ');

export const spokenMetres = (metres: number): string => formatMetres(metres).replace(' m', ' metres');

export function spokenValues(reading: Reading): readonly string[] {
  const parts: string[] = [];
  if (reading.metres !== undefined) parts.push(spokenMetres(reading.metres));
  if (reading.className) parts.push(reading.className);
  if (reading.probability !== undefined) parts.push(`mask ${formatWeight(reading.probability)}`);
  if (reading.words.length > 0) parts.push(`words ${reading.words.map((word) => word.text).join(', ')}`);
  return parts;
}
