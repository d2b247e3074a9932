import { shortened } from './shortened.ts';

/** A prompt in a sentence, in quotes. A long one is shortened: the pointer shows the whole, which is also in the list of masks. */
export function QuotedPrompt({ prompt }: { readonly prompt: string }) {
  const short = shortened(prompt);
  return (
    <>
      “<bdi title={short === prompt ? undefined : prompt}>{short}</bdi>”
    </>
  );
}
