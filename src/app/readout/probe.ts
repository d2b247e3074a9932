import type { ReferResult } from '../../engine/results.ts';
import { formatMetres, formatWeight } from '../../format.ts';
import { mapsOfLevel, weightAt } from '../../tasks/attention/heat-map.ts';
import { attentionUnits } from '../../tasks/attention/units.ts';
import { TASK_IDS, type TaskId } from '../../vpd/config.ts';
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

type Values = Omit<Reading, 'x' | 'y'>;
const NOTHING: Values = {
  metres: undefined,
  className: undefined,
  classIndex: undefined,
  probability: undefined,
  words: [],
};

/** Reads the values of each task's result at a point of the photo. */
const READ = {
  depth(state, results, u, v) {
    const found = depthOf(state, results);
    return { metres: found?.metres[pixelAt(found, u, v)] };
  },
  refer(state, results, u, v) {
    const found = referOf(state, results);
    if (!found) return {};
    return { probability: found.probability[pixelAt(found, u, v)], words: topWords(found, state.refer.level, u, v) };
  },
  segment(state, results, u, v) {
    const found = segmentOf(state, results);
    const classIndex = found?.labels[pixelAt(found, u, v)];
    return { classIndex, className: found?.present.find(({ index }) => index === classIndex)?.name };
  },
} satisfies Record<TaskId, (state: AppState, results: Results, u: number, v: number) => Partial<Values>>;

/** Returns the values of all results of the photo at the crosshair; undefined without a crosshair. */
export function readAt(state: AppState, results: Results): Reading | undefined {
  const photo = selectedPhoto(state);
  if (!state.crosshair || photo?.state !== 'ready') return undefined;
  const { u, v } = state.crosshair;
  let values = NOTHING;
  for (const task of TASK_IDS) values = { ...values, ...READ[task](state, results, u, v) };
  return {
    x: Math.min(photo.width - 1, Math.floor(u * photo.width)),
    y: Math.min(photo.height - 1, Math.floor(v * photo.height)),
    ...values,
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
