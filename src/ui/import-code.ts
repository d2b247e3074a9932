import { VpdError } from '../errors.ts';

/** Address of a module that failed to load, in the error messages of Chromium and Firefox; Safari's have none. */
const ADDRESS = /https?:\S+\.js\b/;

/** Its type says nothing about the module, as that of every import whose address is computed. */
const importAt = (address: string) => import(/* @vite-ignore */ address);

/**
 * Creates a function that imports parts of the page. Browsers remember that a module failed to load (Firefox and Chromium since 150 do not
 * request it again), so it is retried under another address. A chunk that several modules share stays lost until the page is reloaded.
 */
export function createImportCode(importFrom = importAt): <Part>(load: () => Promise<Part>) => Promise<Part> {
  let tries = 0;
  /** Retried imports by their failed address; a module imported from two addresses would exist twice. */
  const retried = new Map<string, ReturnType<typeof importAt>>();
  return async <Part>(load: () => Promise<Part>) => {
    try {
      return await load();
    } catch (thrown) {
      const address = ADDRESS.exec(String(thrown))?.[0];
      if (address === undefined) throw missing(thrown);
      const again = retried.get(address) ?? importFrom(`${address}?again=${++tries}`);
      retried.set(address, again);
      try {
        // The module that `load` imports, from another address.
        return await again;
      } catch (cause) {
        retried.delete(address);
        throw missing(cause);
      }
    }
  };
}

const missing = (cause: unknown): VpdError =>
  new VpdError(
    'network',
    'A part of the page could not be loaded. Check the connection and try again, or reload the page.',
    { cause },
  );

/** @throws VpdError network: the code cannot be loaded from any address */
export const importCode = createImportCode();
