import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { clipMerges } from './scripts/vite/clip-merges.ts';
import { entryRunsOnce } from './scripts/vite/entry-runs-once.ts';
import { modules } from './scripts/vite/modules.ts';
import { offline } from './scripts/vite/offline.ts';
import { packType } from './scripts/vite/pack-type.ts';

const { version, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Headers for cross-origin isolation, without which the wasm backend has one thread. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/**
 * Allows the built page to contact only its own origin, so that the browser enforces that photos stay on the machine. Models from other
 * hosts, which the user requests by their address, are fetched by workers that never get a photo (shelf, conversion); a worker's policy is
 * that of its own file.
 */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** Copies the embedded pack into the built page. In development the server reads it from the same path of the repository. */
function embeddedPack(folder: string): Plugin {
  return {
    name: 'embedded-pack',
    apply: 'build',
    generateBundle() {
      if (!existsSync(folder)) return this.warn(`${folder} is missing: the page will open without its embedded model.`);
      const names = readdirSync(folder).filter((name) => /\.(json|safetensors|md)$/.test(name));
      for (const name of names)
        this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source: readFileSync(join(folder, name)) });
    },
  };
}

const built = modules();

/** Names a built worker after its folder, because every worker's entry is called worker.ts. */
const workerFile = ({ facadeModuleId }: { readonly facadeModuleId?: string | null }): string =>
  `assets/${basename(dirname(facadeModuleId ?? ''))}-[hash].js`;

export default defineConfig({
  // Relative, so that the built folder works under any path of any static host.
  base: './',
  // Shown in the details of an error.
  define: {
    __PAGE_VERSION__: JSON.stringify(version),
    __RUNTIME_VERSION__: JSON.stringify(dependencies['onnxruntime-web']),
  },
  plugins: [react(), contentPolicy(), embeddedPack('models/tiny'), clipMerges(), built.page(), offline(), packType()],
  worker: {
    format: 'es',
    plugins: () => [clipMerges(), entryRunsOnce(), built.worker()],
    rolldownOptions: { output: { entryFileNames: workerFile } },
  },
  // Pre-bundling would move onnxruntime-web away from the wasm files that it finds relative to itself.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    // One style sheet, because one of a late part that failed to load would not be requested again.
    cssCodeSplit: false,
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/offline/sw.ts' },
      // A service worker controls its own folder, and browsers look for updates under the same name.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation, port: 4173, strictPort: false, host: 'localhost' },
});
