/** One BPE piece of the prompt as the network saw it. */
export interface TokenInfo {
  readonly text: string;
  readonly id: number;
  readonly kind: 'start' | 'word' | 'end' | 'padding';
  /** Index of the word that the piece belongs to, −1 for special tokens. */
  readonly word: number;
  /** False where the pack has no embedding for the piece. */
  readonly known: boolean;
}
export interface WordInfo {
  readonly text: string;
  /** Indices of its tokens. */
  readonly tokens: readonly number[];
  readonly known: boolean;
  /** The known words that replaced this one, if the pack lacks it. */
  readonly readAs?: string;
}
