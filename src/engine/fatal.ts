import { VpdError } from '../errors.ts';

/** An error after which the worker is unusable, so that it must be replaced by a new one. */
export class FatalError extends VpdError {}

/** True if the worker must be replaced. A WebAssembly trap or abort counts too: it leaves the runtime's memory in an unknown state. */
export function isFatal(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if (error instanceof FatalError || error instanceof WebAssembly.RuntimeError) return true;
  return false;
}
