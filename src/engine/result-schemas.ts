import * as v from 'valibot';
import { index, integer, listOf, within } from '../json.ts';
import { MAX_PROMPT_CHARS } from '../text/limits.ts';
import type { TokenInfo, WordInfo } from '../text/tokens.ts';
import { MAX_LEVELS } from '../vpd/config.ts';
import type { AttentionMaps } from './results.ts';

/**
 * Schemas of the parts of results that sessions, reports and samples all store as JSON. `satisfies Record<keyof …>` makes a new field of a
 * type, also an optional one, a compile error until it is stored too.
 */

/** The limit of a pack's config; a prompt of Stable Diffusion has 77 tokens. */
const MAX_TOKENS = 1024;
/** Above the rows of any vocabulary (CLIP: 49,408). */
const MAX_ID = 1e6;
/** A label is one byte. */
const MAX_LABELS = 256;

/** Pixels of one side of a plane. */
export const size = integer(1, 16_384);
/** Text that is only displayed, so it is cut if it is too long. */
export const label = v.pipe(
  v.string(),
  v.transform((words) => words.slice(0, MAX_PROMPT_CHARS)),
);
const cover = within(1e-3, 1);

const token = v.object({
  text: label,
  id: integer(-1, MAX_ID),
  kind: v.picklist(['start', 'word', 'end', 'padding']),
  word: integer(-1, MAX_TOKENS),
  known: v.boolean(),
} satisfies Record<keyof TokenInfo, v.GenericSchema>);

const word = v.object({
  text: label,
  tokens: listOf(index, MAX_TOKENS),
  known: v.boolean(),
  readAs: v.exactOptional(label),
} satisfies Record<keyof WordInfo, v.GenericSchema>);

/** How a prompt was split into tokens and words. */
export const reading = {
  tokens: listOf(token, MAX_TOKENS),
  words: listOf(word, MAX_TOKENS),
  cut: listOf(label, MAX_PROMPT_CHARS),
};

/** Attention maps of one level without their weights, which each format stores in its own way. */
export const mapsFields = {
  level: index,
  tokens: integer(1, MAX_TOKENS),
  width: size,
  height: size,
  coverX: cover,
  coverY: cover,
} satisfies Record<Exclude<keyof AttentionMaps, 'data'>, v.GenericSchema>;

export const mapsOf = <S extends v.GenericSchema>(ofLevel: S) => listOf(ofLevel, MAX_LEVELS);

/** Classes that occur in a photo. */
export const present = listOf(v.object({ index, name: label, area: v.number() }), MAX_LABELS);
