import type { Plugin } from 'vite';

/**
 * Keeps a worker's entry free of code that its other scripts import. WebKit (2.50, Safari's engine) does not recognise the entry when a
 * script imports it, and runs it again: a second copy, without the first one's state, then answers every message of the page as well.
 */
export function entryRunsOnce(): Plugin {
  return {
    name: 'entry-runs-once',
    apply: 'build',
    // Vite's own setting lets the bundler put shared code into the entry.
    options: (options) => ({ ...options, preserveEntrySignatures: 'strict' }),
    generateBundle(_, bundle) {
      const scripts = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const { fileName, imports, dynamicImports } of scripts)
        for (const { fileName: entry } of scripts.filter(({ isEntry }) => isEntry))
          if (fileName !== entry && [...imports, ...dynamicImports].includes(entry))
            this.error(`${fileName} imports the worker's entry ${entry}, which WebKit would then run twice.`);
    },
  };
}
