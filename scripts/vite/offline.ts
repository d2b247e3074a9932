import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { HASH_DIGITS, type OfflineFiles } from '../../src/offline/offline-files.ts';

const PLACEHOLDER = '__OFFLINE_FILES__';
const WORKER = 'sw.js';
/** Builds of the runtime, 14 to 27 MB each; only the one that the page uses is kept. */
const ON_DEMAND = /ort-wasm-.*\.(wasm|mjs)$/;

/** Writes the list of files with their hashes into the service worker. Runs last, so that it sees the files of all other plugins. */
export function offline(): Plugin {
  let publicFolder = '';
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk' || !worker.code.includes(PLACEHOLDER))
          return this.error(`${WORKER} was not built, or has no place for the list of files.`);
        if (worker.imports.length > 0) return this.error(`${WORKER} must be one file; it imports ${worker.imports}.`);
        const found = new Map<string, string>();
        for (const [path, output] of Object.entries(bundle))
          if (path !== WORKER) found.set(path, hashOf(output.type === 'chunk' ? output.code : output.source));
        for (const path of filesIn(publicFolder)) found.set(path, hashOf(readFileSync(join(publicFolder, path))));
        const sorted = [...found].filter(([path]) => !path.startsWith('.vite/')).sort(([a], [b]) => (a < b ? -1 : 1));
        const list: OfflineFiles = {
          version: hashOf(JSON.stringify(sorted)),
          always: Object.fromEntries(sorted.filter(([path]) => !ON_DEMAND.test(path))),
          onDemand: Object.fromEntries(sorted.filter(([path]) => ON_DEMAND.test(path))),
        };
        worker.code = worker.code.replace(PLACEHOLDER, () => JSON.stringify(list));
      },
    },
  };
}

const hashOf = (content: string | Uint8Array) =>
  createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS);

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
