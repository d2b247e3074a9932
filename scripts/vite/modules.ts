import type { Plugin } from 'vite';

/** A script of the built page, as `.vite/modules.json` lists it by path. */
interface BuiltScript {
  /** Static imports, and dynamic ones. */
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
  /** Its style sheets. */
  readonly css: readonly string[];
  /** Source files and packages that it contains, as paths from the repository's root. */
  readonly modules: readonly string[];
}
export type BuiltScripts = Readonly<Record<string, BuiltScript>>;

export const MODULES_FILE = '.vite/modules.json';

/** Lists the contents of every script, of workers too, for `npm run size`. `page()` is for the page's build, `worker()` for workers'. */
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
