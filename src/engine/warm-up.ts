import { toVpdError } from '../errors.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { FatalError } from './fatal.ts';
import type { Runtime } from './runtime.ts';

/**
 * Has the runtime fetch, compile and start itself, which ORT does when the first session is made: beside the pack's arrival it costs no time.
 * @throws FatalError where it does not start
 */
export async function warmUp({ ort, session }: Runtime): Promise<void> {
  const graph = new GraphBuilder();
  graph.output(graph.input('x', 'float32', [1]), 'y');
  try {
    const made = await ort.InferenceSession.create(graph.finish('warm-up').model, session);
    await made.release();
  } catch (thrown) {
    throw notStarted(thrown);
  }
}

/**
 * A runtime whose module or wasm did not come, or did not start. ORT marks a backend that failed once and answers ever after with that first
 * failure, and some browsers do the same with a module: a fresh worker has neither memory.
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
