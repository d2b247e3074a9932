import { VpdError } from '../../errors.ts';

/** Returns a pack's answer to an expression; undefined if it cannot read it: it knows none of the words, or the text is not a prompt. */
export async function undefinedIfUnread<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof VpdError && thrown.code === 'bad-prompt') return undefined;
    throw thrown;
  }
}
