import { VpdError } from '../errors.ts';
import type { TextConfig } from '../vpd/config.ts';
import { type Bpe, END_TOKEN, type Encoding, encode, type Piece, START_TOKEN } from './bpe.ts';
import { isolate } from './isolate.ts';
import { tooLong } from './limits.ts';
import type { TokenInfo, WordInfo } from './tokens.ts';

/** Common words; the message about a prompt of unknown words suggests those that the pack knows. */
const SUGGESTIONS = ['chair', 'table', 'sofa', 'bed', 'lamp', 'window', 'red', 'blue', 'left', 'nearest'];
/** Most unknown words that a message names before "and N more". */
const MAX_NAMED = 5;

interface TokenizedPrompt {
  /** [limit] rows of the token embedding: start, pieces, end, then the end token again, as VPD pads. */
  readonly rows: Int32Array;
  readonly tokens: readonly TokenInfo[];
  readonly words: readonly WordInfo[];
  /** Words that were cut off, wholly or in part, because the prompt is longer than `limit`. */
  readonly cut: readonly string[];
}

/**
 * Encodes a prompt as rows of the pack's token embedding. `limit` includes the start and end tokens (40 in RefCOCO, 77 in G-Ref).
 * In a pack with a vocabulary, pieces that it lacks get row 0 and `known: false`.
 * @throws VpdError bad-prompt if the prompt is empty, too long, or has no known word
 */
export function tokenizePrompt(bpe: Bpe, prompt: string, text: TextConfig, limit: number): TokenizedPrompt {
  if (!Number.isInteger(limit) || limit < 3)
    throw new VpdError(
      'bad-request',
      `A prompt needs room for at least 3 tokens (start, one piece, end), not ${limit}.`,
    );
  const refused = tooLong(prompt);
  if (refused !== undefined) throw new VpdError('bad-prompt', refused);
  const encoding = encode(bpe, prompt);
  if (encoding.ids.length === 0)
    throw new VpdError(
      'bad-prompt',
      'The prompt is empty. Type what to look for, for example “the red chair on the left”.',
    );

  const rowOf = rowLookup(text);
  const isKnown = (id: number) => !text.vocabulary || rowOf(id) > 0;
  const { pieces, readAs } = withAliases(bpe, encoding, text, isKnown);
  const kept = pieces.slice(0, limit - 2);
  const cutFrom = pieces[limit - 2]?.word ?? encoding.words.length;
  if (text.vocabulary && !kept.some((piece) => isKnown(piece.id))) throw unknownWords(bpe, encoding, text.vocabulary);

  const tokens: TokenInfo[] = [special(START_TOKEN, 'start')];
  for (const { id, text, word } of kept) tokens.push({ text, id, kind: 'word', word, known: isKnown(id) });
  tokens.push(special(END_TOKEN, 'end'));
  while (tokens.length < limit) tokens.push(special(END_TOKEN, 'padding'));

  const keptWords = (kept.at(-1)?.word ?? -1) + 1;
  const words = encoding.words.slice(0, keptWords).map(({ text }, word): WordInfo => {
    const own = tokens.flatMap((token, index) => (token.word === word ? [index] : []));
    const alias = readAs.get(word);
    const known = own.every((index) => tokens[index]?.known);
    return { text, tokens: own, known, ...(alias === undefined ? {} : { readAs: alias }) };
  });
  return {
    rows: Int32Array.from(tokens, (token) => rowOf(token.id)),
    tokens,
    words,
    cut: encoding.words.slice(cutFrom).map((word) => word.text),
  };
}

/** Returns the rows of an empty prompt (start and end tokens only), or undefined for every other prompt. */
export function emptyPromptRows(bpe: Bpe, prompt: string, text: TextConfig, limit: number): Int32Array | undefined {
  if (tooLong(prompt) !== undefined || encode(bpe, prompt).ids.length > 0) return undefined;
  const rowOf = rowLookup(text);
  return Int32Array.from({ length: limit }, (_, i) => rowOf(i === 0 ? START_TOKEN : END_TOKEN));
}

/** Replaces the pieces of unknown words that have an alias by the alias's pieces. `readAs`: index of each such word → its alias. */
function withAliases(
  bpe: Bpe,
  { pieces, words }: Encoding,
  { aliases = {} }: TextConfig,
  isKnown: (id: number) => boolean,
): { readonly pieces: readonly Piece[]; readonly readAs: ReadonlyMap<number, string> } {
  const readAs = new Map<number, string>();
  const read = words.flatMap(({ text }, word) => {
    const own = pieces.filter((piece) => piece.word === word);
    if (own.every(({ id }) => isKnown(id)) || !Object.hasOwn(aliases, text)) return own;
    const alias = aliases[text] ?? text;
    readAs.set(word, alias);
    return encode(bpe, alias).pieces.map((piece) => ({ ...piece, word }));
  });
  return { pieces: read, readAs };
}

function special(id: number, kind: 'start' | 'end' | 'padding'): TokenInfo {
  return { text: id === START_TOKEN ? '<|startoftext|>' : '<|endoftext|>', id, kind, word: -1, known: true };
}

/** Returns the function from CLIP id to row: 0 if the vocabulary lacks the id; without a vocabulary the id itself (0 is then "!"). */
function rowLookup({ vocabulary }: TextConfig): (id: number) => number {
  if (!vocabulary) return (id) => id;
  const rows = new Map(vocabulary.map((id, row) => [id, row]));
  for (const id of [START_TOKEN, END_TOKEN])
    if (!rows.get(id))
      throw new VpdError(
        'bad-file',
        `The pack’s vocabulary lacks the token ${id} that starts or ends every prompt; convert or train the pack again.`,
      );
  return (id) => rows.get(id) ?? 0;
}

function unknownWords(bpe: Bpe, { words }: Encoding, vocabulary: readonly number[]): VpdError {
  const quoted = words.slice(0, MAX_NAMED).map((word) => `“${isolate(word.text)}”`);
  const more = words.length > MAX_NAMED ? ` and ${words.length - MAX_NAMED} more` : '';
  const known = new Set(vocabulary);
  const examples = SUGGESTIONS.filter((word) => encode(bpe, word).ids.every((id) => known.has(id)));
  const hint = examples.length > 0 ? ` Try words such as ${examples.join(', ')}.` : '';
  const lacks = words.length === 1 ? 'does not know the word' : 'knows none of the words';
  return new VpdError('bad-prompt', `This model ${lacks} ${quoted.join(', ')}${more}.${hint}`);
}
