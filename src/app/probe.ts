import type {
  AblateClassesResult,
  AblateResult,
  DepthResult,
  RawMapsResult,
  ReferResult,
  SegmentResult,
} from '../engine/protocol.ts';
import { formatMetres, formatWeight } from '../format.ts';
import { mapsOfLevel, weightAt } from '../tasks/attention/map.ts';
import { attentionUnits } from '../tasks/attention/units.ts';
import { type Lens, lensOf } from '../tasks/depth/lens.ts';
import { ablateClassesKey, ablateKey, depthKey, type Results, rawMapsKey, referKey, segmentKey } from './results.ts';
import { type AppState, selectedPhoto } from './store.ts';

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
export function pixelAt({ width, height }: { width: number; height: number }, u: number, v: number): number {
  return Math.min(height - 1, Math.floor(v * height)) * width + Math.min(width - 1, Math.floor(u * width));
}

/** Key of the answer to a prompt on the photo on show, in the way that is chosen. */
export const promptKey = ({ selected, refer }: AppState, prompt: string): string =>
  referKey(selected ?? '', prompt, refer.zeroShot);

/** The kind of room that the open model is asked for: the chosen one if it knows that, else its own default. */
export function sceneOf({ depth: { scene }, engine }: AppState): string | undefined {
  const known = scene === undefined || engine.phase !== 'ready' || engine.pack.scenes.includes(scene);
  return known ? scene : undefined;
}

/** Key of the depth of the photo on show; what came from elsewhere may be of a kind of room that only its own model knows. */
export function shownDepthKey(state: AppState, results: Results): string {
  const photo = state.selected ?? '';
  const chosen = depthKey(photo, state.depth.scene);
  return results.get(chosen)?.origin ? chosen : depthKey(photo, sceneOf(state));
}

export function depthOf(state: AppState, results: Results): DepthResult | undefined {
  const found = results.get(shownDepthKey(state, results));
  return found?.task === 'depth' ? found.result : undefined;
}
/** What the depth on show is looked at through. */
export function lensOnShow(state: AppState, results: Results): Lens | undefined {
  const { depth, engine } = state;
  const result = depthOf(state, results);
  return result && lensOf(depth, result, engine.phase === 'ready' ? engine.pack.working : undefined);
}
export function referOf(state: AppState, results: Results): ReferResult | undefined {
  const found = results.get(promptKey(state, state.prompt));
  return found?.task === 'refer' ? found.result : undefined;
}
export function segmentOf(state: AppState, results: Results): SegmentResult | undefined {
  const found = results.get(segmentKey(state.selected ?? ''));
  return found?.task === 'segment' ? found.result : undefined;
}
/** The prompt on show without the attention of these tokens. */
export function ablationOf(
  state: AppState,
  results: Results,
  tokens: readonly number[] = state.refer.without,
): AblateResult | undefined {
  const found = results.get(ablateKey(state.selected ?? '', state.prompt, tokens));
  return found?.task === 'ablate' ? found.result : undefined;
}
/** The classes without the attention of the one left out. */
export function classAblationOf(state: AppState, results: Results): AblateClassesResult | undefined {
  const { without } = state.segment;
  if (without === undefined) return undefined;
  const found = results.get(ablateClassesKey(state.selected ?? '', [without]));
  return found?.task === 'ablateClasses' ? found.result : undefined;
}
/** The maps by layer and head of the prompt on show. */
export function rawMapsOf(state: AppState, results: Results): RawMapsResult | undefined {
  const found = results.get(rawMapsKey(state.selected ?? '', state.prompt));
  return found?.task === 'rawMaps' ? found.result : undefined;
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
