/**
 * Code of the project's one error class. `code` is stable and machine-readable; `message` is one sentence for people that
 * names the thing, what was found, what was expected and the way out.
 */
export type ErrorCode =
  | 'bad-file' // a weight file, pack or data file is corrupt, hostile or of another kind
  | 'bad-image' // a photo cannot be decoded or is too large
  | 'bad-prompt' // a prompt is empty, too long or has no known word
  | 'bad-request' // an argument is not one that the function accepts
  | 'unsupported' // valid, but this project cannot handle it
  | 'missing' // a required file, tensor or part does not exist
  | 'no-memory' // an allocation failed or would exceed a limit
  | 'no-device' // no backend can run the model
  | 'device-lost' // the GPU device went away
  | 'worker-crashed' // the worker died or hung
  | 'cancelled' // an AbortSignal fired or a newer request replaced it
  | 'network' // a download failed
  | 'storage' // no space or no permission to store
  | 'internal'; // a bug of this project

export class VpdError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'VpdError';
    this.code = code;
  }
}

/** The error of work whose AbortSignal fired. */
export const cancelled = (options?: ErrorOptions): VpdError => new VpdError('cancelled', 'Cancelled.', options);

/** Messages of Chromium, Firefox, Safari and Vite about code or styles that cannot be loaded. */
const NOT_LOADED = /dynamically imported module|importing a module script|unable to preload css/i;

/**
 * Turns whatever was thrown into a VpdError: an AbortError becomes `cancelled`, a failed allocation `no-memory`, a failed import `network`,
 * everything else `internal`.
 */
export function toVpdError(thrown: unknown): VpdError {
  if (thrown instanceof VpdError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof Error && thrown.name === 'AbortError') return cancelled({ cause: thrown });
  if (/allocation failed|out of memory|bad_alloc/i.test(message))
    return new VpdError(
      'no-memory',
      `There was not enough memory: ${message}. Use a smaller photo or close other pages.`,
      { cause: thrown },
    );
  if (NOT_LOADED.test(message))
    return new VpdError(
      'network',
      'A part of this page could not be loaded. Check the connection and try again, or reload the page.',
      { cause: thrown },
    );
  return new VpdError('internal', message, { cause: thrown });
}
