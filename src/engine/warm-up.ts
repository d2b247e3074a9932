import { GraphBuilder } from '../onnx/builder.ts';
import type { Runtime } from './runtime.ts';

/**
 * Has the runtime fetch, compile and start itself, which ORT does when the first session is made: beside the pack's arrival it costs no time.
 * What goes wrong is left to the first real session, which then goes wrong with the same words.
 */
export async function warmUp({ ort, session }: Runtime): Promise<void> {
  const graph = new GraphBuilder();
  graph.output(graph.input('x', 'float32', [1]), 'y');
  await ort.InferenceSession.create(graph.finish('warm-up').model, session)
    .then((made) => made.release())
    .catch(() => undefined);
}
