import { VpdError } from '../errors.ts';

/** Where a module lies that did not come, as browsers' errors say it: Chromium and Firefox do, Safari does not. */
const ADDRESS = /https?:\S+\.js\b/;

const importAt = (address: string): Promise<unknown> => import(/* @vite-ignore */ address);

/**
 * Imports parts of the page. Browsers keep for good that a module did not come (Firefox, Chromium since 150: nothing is even asked for any
 * more), so it is asked for once more under another address. A script that it shares with others stays lost until the page is reloaded.
 */
export function createImportCode(importFrom = importAt): <Part>(load: () => Promise<Part>) => Promise<Part> {
  let tries = 0;
  /** By the address under which it did not come: the same module twice would be two. */
  const found = new Map<string, Promise<unknown>>();
  return async <Part>(load: () => Promise<Part>) => {
    try {
      return await load();
    } catch (thrown) {
      const address = ADDRESS.exec(String(thrown))?.[0];
      if (address === undefined) throw missing(thrown);
      const again = found.get(address) ?? importFrom(`${address}?again=${++tries}`);
      found.set(address, again);
      try {
        // What `load` imports, by another name.
        return (await again) as Part;
      } catch (cause) {
        found.delete(address);
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

/** @throws VpdError network: it does not come by any name */
export const importCode = createImportCode();
