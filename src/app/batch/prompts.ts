import { tooLong } from '../../text/limits.ts';

/** Most expressions of one batch; every one is a run on every photo. */
const MAX_PROMPTS = 50;

/** Returns the expressions of a text, one per line, each once; with `refused`, why they cannot be run, as a sentence. */
export function readPrompts(text: string): {
  readonly prompts: readonly string[];
  readonly refused: string | undefined;
} {
  const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
  const prompts = [...new Set(lines.filter((line) => line !== ''))];
  const long = lines.findIndex((line) => tooLong(line) !== undefined);
  if (long >= 0) return { prompts, refused: `Line ${long + 1}: ${tooLong(lines[long] ?? '')}` };
  if (prompts.length > MAX_PROMPTS)
    return {
      prompts,
      refused: `These are ${prompts.length} expressions, and one batch takes ${MAX_PROMPTS}; run the others in a second one.`,
    };
  return { prompts, refused: undefined };
}
