/** Text with the origin of each of its UTF-16 units, so that a word can be located in the prompt that the user typed. */
export interface Traced {
  readonly text: string;
  /** Offset of each unit in the original text; one more entry for the end. */
  readonly at: readonly number[];
}

/** Returns a text that is its own original. */
export function traced(text: string): Traced {
  return { text, at: Array.from({ length: text.length + 1 }, (_, i) => i) };
}

/** Works like `String.replace` with a global pattern; every unit of a replacement has the offset of the match's start. */
export function replaceTraced({ text, at }: Traced, pattern: RegExp, replace: (match: string) => string): Traced {
  const parts: string[] = [];
  const offsets: number[] = [];
  let end = 0;
  const keep = (from: number, to: number) => {
    parts.push(text.slice(from, to));
    for (let i = from; i < to; i++) offsets.push(at[i] ?? 0);
  };
  for (const match of text.matchAll(pattern)) {
    keep(end, match.index);
    end = match.index + match[0].length;
    const replacement = replace(match[0]);
    parts.push(replacement);
    for (let i = 0; i < replacement.length; i++) offsets.push(at[match.index] ?? 0);
  }
  keep(end, text.length);
  offsets.push(at[text.length] ?? 0);
  return { text: parts.join(''), at: offsets };
}
