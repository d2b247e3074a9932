/**
 * First and last line (exclusive) of CLIP's merges, in order of rank, in OpenAI's bpe_simple_vocab_16e6.txt. Line 0 is a header. CLIP uses
 * 48,894 merges: 49,408 tokens less 2 · 256 for the bytes and 2 for start and end. Later lines are not used.
 */
export const MERGES_START = 1;
export const MERGES_END = 48_895;
