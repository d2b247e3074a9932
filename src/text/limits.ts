/** Longest prompt, stored ones too, in UTF-16 units: far above the longest useful one (77 tokens), yet tokenized without a noticeable delay. */
export const MAX_PROMPT_CHARS = 2_000;

/** Returns one sentence if a prompt is too long, else undefined. */
export const tooLong = ({ length }: string): string | undefined =>
  length > MAX_PROMPT_CHARS
    ? `The prompt has ${length} characters; at most ${MAX_PROMPT_CHARS} are read. Describe what to look for in a few words.`
    : undefined;
