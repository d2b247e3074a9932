import { VpdError } from '../errors.ts';

/** After this nothing works in the worker any more, however often it is tried: only a fresh one does. */
export class FatalError extends VpdError {}

/** Whether the worker is to be replaced. A trap or an abort leaves the runtime's memory in an unknown state, too. */
export function isFatal(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if (error instanceof FatalError || error instanceof WebAssembly.RuntimeError) return true;
  return false;
}
