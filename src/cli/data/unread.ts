import { VpdError } from '../../errors.ts';

/** What a pack answers to an expression; undefined where it cannot read it, because it knows none of the words or the text is no prompt. */
export async function unlessUnread<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof VpdError && thrown.code === 'bad-prompt') return undefined;
    throw thrown;
  }
}
