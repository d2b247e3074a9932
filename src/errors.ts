/**
 * The one error class of the project. `code` is stable and machine-readable; `message` is one sentence for a person that
 * names the thing, what was found, what was expected and the way out.
 */
export type ErrorCode =
  | 'bad-file' // a weight file, pack or data file is corrupt, hostile or of another kind
  | 'bad-image' // a photo cannot be decoded or is too large
  | 'bad-prompt' // a prompt is empty or has nothing to look for
  | 'bad-request' // an argument is not what the function takes
  | 'unsupported' // a legal thing that this project does not handle
  | 'missing' // a file, tensor or part that is needed is not there
  | 'no-memory' // an allocation failed or would exceed a limit
  | 'no-device' // no backend can run the model
  | 'device-lost' // the GPU device went away
  | 'worker-crashed' // the worker died or hung
  | 'cancelled' // an AbortSignal fired or newer work took the place
  | 'network' // a download failed
  | 'storage' // no space or no permission to store
  | 'internal'; // a bug of ours

export class VpdError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'VpdError';
    this.code = code;
  }
}

/** What Chromium, Firefox, Safari and Vite say of code, or of its styles, that does not come. */
const NOT_LOADED = /dynamically imported module|importing a module script|unable to preload css/i;

/**
 * Turns whatever was thrown into a VpdError; an AbortError becomes `cancelled`, a RangeError on allocation `no-memory`, an import that failed
 * `network`.
 */
export function toVpdError(thrown: unknown): VpdError {
  if (thrown instanceof VpdError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new VpdError('cancelled', 'Cancelled.', { cause: thrown });
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
