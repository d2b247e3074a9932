import { importCode } from './import-code.ts';

/** What `make` makes of code that is loaded by its first use, and once; after a failure the next use tries again. */
export function onDemand<Code, T>(
  load: () => Promise<Code>,
  make: (code: Code) => T,
  tell: (thrown: unknown) => void,
): (use: (part: T) => unknown) => void {
  let loaded: Promise<T> | undefined;
  return (use) => {
    loaded ??= importCode(load)
      .then(make)
      .catch((thrown: unknown) => {
        loaded = undefined;
        throw thrown;
      });
    loaded.then(use).catch(tell);
  };
}
