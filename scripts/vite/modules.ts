import type { Plugin } from 'vite';

/** A script of the built page, as `.vite/modules.json` lists it by path. */
interface BuiltScript {
  /** Scripts that are loaded with it, and those that it may load later. */
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  /** Style sheets that come with it. */
  readonly css: readonly string[];
  /** Source files and packages that went into it, from the repository's folder. */
  readonly modules: readonly string[];
}
export type BuiltScripts = Readonly<Record<string, BuiltScript>>;

export const MODULES_FILE = '.vite/modules.json';

/** Writes down what went into each script, workers' too, for `npm run size`. One instance for the page, `worker()` for workers. */
export function modules(): { page(): Plugin; worker(): Plugin } {
  const scripts: Record<string, BuiltScript> = {};
  let root = '';
  const record: Plugin['generateBundle'] = (_, bundle) => {
    for (const [path, output] of Object.entries(bundle)) {
      if (output.type !== 'chunk') continue;
      scripts[path] = {
        imports: output.imports,
        dynamicImports: output.dynamicImports,
        css: [...(output.viteMetadata?.importedCss ?? [])],
        modules: output.moduleIds.map((id) => (id.startsWith(root) ? id.slice(root.length + 1) : id)),
      };
    }
  };
  const plugin = (name: string): Plugin => ({
    name,
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
  });
  return {
    worker: () => ({ ...plugin('modules-of-workers'), generateBundle: record }),
    page: () => ({
      ...plugin('modules'),
      generateBundle: {
        order: 'post',
        handler(options, bundle, isWrite) {
          record.call(this, options, bundle, isWrite);
          this.emitFile({ type: 'asset', fileName: MODULES_FILE, source: JSON.stringify(scripts, undefined, 1) });
        },
      },
    }),
  };
}
