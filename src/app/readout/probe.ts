import type { ReferResult } from '../../engine/protocol.ts';
import { formatMetres, formatWeight } from '../../format.ts';
import { mapsOfLevel, weightAt } from '../../tasks/attention/map.ts';
import { attentionUnits } from '../../tasks/attention/units.ts';
import type { Results } from '../results/results.ts';
import { depthOf, referOf, segmentOf } from '../results/shown.ts';
import { type AppState, selectedPhoto } from '../store.ts';

/** Words of the prompt shown for a point. */
const TOP_WORDS = 3;

/** Everything known about one point of the photo, across tasks. */
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

/** One read-out across tasks: whatever has been computed for the photo, at the crosshair. */
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

/** The reading as a sentence, for the live region; after it, what a second model says. */
export function spoken(reading: Reading, other?: Reading): string {
  const where = `column ${reading.x}, row ${reading.y}`;
  const others = other ? spokenValues(other) : [];
  const parts = [where, ...spokenValues(reading), ...(others.length > 0 ? ['left of the handle', ...others] : [])];
  return parts.join('; ');
}

function spokenValues(reading: Reading): readonly string[] {
  const parts: string[] = [];
  if (reading.metres !== undefined) parts.push(formatMetres(reading.metres).replace(' m', ' metres'));
  if (reading.className) parts.push(reading.className);
  if (reading.probability !== undefined) parts.push(`mask ${formatWeight(reading.probability)}`);
  if (reading.words.length > 0) parts.push(`words ${reading.words.map((word) => word.text).join(', ')}`);
  return parts;
}
