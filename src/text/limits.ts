/** Far above the longest useful prompt (77 tokens) and small enough that tokenizing is never felt. What is kept of prompts has room for it. */
export const MAX_PROMPT_CHARS = 2_000;

/** Why a prompt of this length is refused, in one sentence; undefined where it is not. */
export const tooLong = ({ length }: string): string | undefined =>
  length > MAX_PROMPT_CHARS
    ? `The prompt has ${length} characters; at most ${MAX_PROMPT_CHARS} are read. Describe what to look for in a few words.`
    : undefined;
