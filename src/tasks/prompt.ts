import { VpdError } from '../errors.ts';
import { loadBpe } from '../text/bpe.ts';
import { tokenizePrompt } from '../text/prompt.ts';
import type { TokenInfo, WordInfo } from '../text/tokens.ts';
import type { VpdConfig } from '../vpd/config.ts';

/** Message where there is neither a prompt nor the text encoder's output. */
export const NO_PROMPT = 'Type what to look for, or give the text encoder’s output.';

/** A prompt as the network reads it: token ids, and the tokens and words that they stand for. */
export interface Prompt {
  readonly rows: Int32Array;
  readonly tokens: readonly TokenInfo[];
  readonly words: readonly WordInfo[];
  readonly cut: readonly string[];
}

/**
 * Tokenizes a prompt, padded or cut to the number of tokens that the referring head takes, else to `tokens`, else to the encoder's most.
 * @throws VpdError missing: no text encoder; bad-request: it takes fewer than `tokens`; bad-prompt: nothing in the prompt can be read
 */
export async function readPrompt(config: VpdConfig, prompt: string, tokens?: number): Promise<Prompt> {
  if (!config.text)
    throw new VpdError('missing', `The pack “${config.name}” has no text encoder, so it cannot read a prompt.`);
  const { maxTokens } = config.text;
  if (tokens !== undefined && tokens > maxTokens)
    throw new VpdError(
      'bad-request',
      `The text encoder of “${config.name}” takes ${maxTokens} tokens at most, and ${tokens} were asked for.`,
    );
  const limit = config.tasks.refer?.tokens ?? tokens ?? maxTokens;
  return tokenizePrompt(await loadBpe(), prompt, config.text, limit);
}
