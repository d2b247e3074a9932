import type { AttentionMaps } from '../../../engine/results.ts';
import type { TokenInfo } from '../../../text/tokens.ts';
import type { AbsenceCues } from '../../../vpd/absence.ts';
import { mapsOfLevel } from '../../attention/heat-map.ts';

/** Share of pixels or cells that count as the most likely place: the size of a small thing, larger than a speck. */
const TOP_SHARE = 0.01;
/** Smaller areas (less than one pixel in ten thousand) count as this one: as nothing. */
const LEAST_AREA = 1e-4;

interface Logits {
  readonly width: number;
  readonly height: number;
  /** Background, inside: [2,height,width], at the network's own resolution. */
  readonly data: Float32Array;
}

/**
 * Computes the cues for whether anything fits the words:
 * `peak`: mean margin (inside − background) of the most likely pixels; `area`: log₁₀ of the mask's share of the photo; `words`: mean
 * attention on all tokens except the start, over the cells where it is highest; `contrast`: `words` minus that of the median cell.
 * Undefined without maps or words: with several windows, or a given text encoder's output.
 */
export function absenceCues(
  logits: Logits,
  maps: readonly AttentionMaps[],
  tokens: readonly TokenInfo[],
): AbsenceCues | undefined {
  const finest = mapsOfLevel(maps, undefined);
  if (!finest || !tokens.some(({ kind }) => kind === 'word')) return undefined;
  const pixels = logits.width * logits.height;
  const margins = new Float32Array(pixels);
  let inside = 0;
  for (let i = 0; i < pixels; i++) {
    const margin = (logits.data[pixels + i] ?? 0) - (logits.data[i] ?? 0);
    margins[i] = margin;
    if (margin > 0) inside++;
  }
  const attention = wordAttention(finest).sort();
  const words = topMean(attention);
  const median = attention[attention.length >> 1] ?? 0;
  return {
    peak: topMean(margins.sort()),
    area: Math.log10(Math.max(inside / pixels, LEAST_AREA)),
    words,
    contrast: words - median,
  };
}

/** Attention of each cell on all tokens except the start: where nothing fits, it stays on the start token. */
function wordAttention({ width, height, data }: AttentionMaps): Float32Array {
  return data.slice(0, width * height).map((start) => 1 - start);
}

/** Mean of the largest values (TOP_SHARE of them) of an ascending list. */
function topMean(sorted: Float32Array): number {
  const top = sorted.subarray(sorted.length - Math.max(1, Math.round(sorted.length * TOP_SHARE)));
  return top.reduce((sum, value) => sum + value, 0) / Math.max(1, top.length);
}
