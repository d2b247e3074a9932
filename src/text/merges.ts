/**
 * Lines of OpenAI's bpe_simple_vocab_16e6.txt that are CLIP's merges, in order of rank: the first line is a header, and those past 49,152
 * tokens (256 bytes, twice, one a merge, start and end) are not read.
 */
export const MERGES_START = 1;
export const MERGES_END = 48_895;
