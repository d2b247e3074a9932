import { importCode } from './import-code.ts';

/**
 * Loads code at its first use, once; after a failure the next use retries.
 * @param make creates the part that is passed to every use
 * @param onError receives errors of loading and of uses
 */
export function onDemand<Code, T>(
  load: () => Promise<Code>,
  make: (code: Code) => T,
  onError: (thrown: unknown) => void,
): (use: (part: T) => unknown) => void {
  let loaded: Promise<T> | undefined;
  return (use) => {
    loaded ??= importCode(load)
      .then(make)
      .catch((thrown: unknown) => {
        loaded = undefined;
        throw thrown;
      });
    loaded.then(use).catch(onError);
  };
}
