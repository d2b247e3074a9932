import { VpdError } from '../../errors.ts';
import { answerInWorker } from '../../worker-calls/answer.ts';
import { type Assembly, createAssembly } from './assemble.ts';
import type { FromBatch, ToBatch } from './protocol.ts';

let assembly: Assembly | undefined;

function started(): Assembly {
  if (!assembly) throw new VpdError('bad-request', 'The batch has not been started.');
  return assembly;
}

/** Writes one batch; the page ends the worker when the batch ends. */
answerInWorker<ToBatch, FromBatch>(async (message) => {
  switch (message.kind) {
    case 'start':
      assembly = createAssembly(message.facts);
      return undefined;
    case 'add':
      await started().add(message.photo, message.outcome);
      return undefined;
    case 'problem':
      started().problem(message.name, message.message);
      return undefined;
    case 'finish':
      return started().finish(message.stopped);
  }
});
