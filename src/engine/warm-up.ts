import { toVpdError } from '../errors.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { FatalError } from './fatal.ts';
import type { Runtime } from './runtime.ts';

/**
 * Makes ORT fetch, compile and start its code, which it does for the first session. While the pack downloads this costs no extra time.
 * @throws FatalError if the runtime does not start
 */
export async function warmUp({ ort, session }: Runtime): Promise<void> {
  const graph = new GraphBuilder();
  graph.output(graph.input('x', 'float32', [1]), 'y');
  try {
    const made = await ort.InferenceSession.create(graph.finish('warm-up').model, session);
    // Released, because ORT's context on the GPU keeps the settings of its first session, and one without graph capture prevents it.
    await made.release();
  } catch (thrown) {
    throw notStarted(thrown);
  }
}

/**
 * Returns the error for a runtime whose module or wasm could not be loaded or started. It is fatal because ORT remembers that a backend has
 * failed and repeats the first failure, and some browsers do the same for a module: only a new worker can try again.
 */
export function notStarted(thrown: unknown): FatalError {
  const { code, message } = toVpdError(thrown);
  if (code === 'no-memory') return new FatalError(code, message, { cause: thrown });
  return new FatalError(
    'network',
    'The runtime that computes the networks could not be fetched or started. Check the connection, then retry.',
    { cause: thrown },
  );
}
