/** Something whose code is loaded by its first use, and once; after a failure the next use tries again. */
export function onDemand<T>(
  load: () => Promise<T>,
  report: (thrown: unknown) => void,
): (use: (part: T) => unknown) => void {
  let loaded: Promise<T> | undefined;
  return (use) => {
    loaded ??= load().catch((thrown: unknown) => {
      loaded = undefined;
      throw thrown;
    });
    loaded.then(use).catch(report);
  };
}
